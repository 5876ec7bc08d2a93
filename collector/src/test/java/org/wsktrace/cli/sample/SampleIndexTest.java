package org.wsktrace.cli.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class SampleIndexTest {
  @Test
  void aBlockIsASample() {
    assertThat(
            SampleIndex.parse(
                """
                # a comment

                one
                  file    one.wtrace
                  title   What it does.
                  source  A public page
                  rules   WSK-BUF-001, WSK-IRP-004
                two
                  rules   none
                  source  Another page
                  title   Nothing.
                  file    two.etl
                """))
        .containsExactly(
            new Sample(
                "one",
                "one.wtrace",
                "What it does.",
                "A public page",
                List.of("WSK-BUF-001", "WSK-IRP-004")),
            new Sample("two", "two.etl", "Nothing.", "Another page", List.of()));
    assertThat(SampleIndex.parse("")).isEmpty();
  }

  @Test
  void whatIsNotWholeIsRefused() {
    assertThatThrownBy(() -> SampleIndex.parse("one\n  file one.etl\n"))
        .hasMessageStartingWith("the sample one lacks its ");
    assertThatThrownBy(() -> SampleIndex.parse("one\n  smell bad\n"))
        .hasMessage("the index of samples has no meaning at:   smell bad");
    assertThatThrownBy(() -> SampleIndex.parse("one\n  file a\n  file b\n"))
        .hasMessage("the index of samples has no meaning at:   file b");
  }
}
