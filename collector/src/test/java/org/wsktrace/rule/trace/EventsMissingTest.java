package org.wsktrace.rule.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.wsktrace.rule.Fixture.finding;

import org.junit.jupiter.api.Test;

/** The traces are in test/resources/org/wsktrace/rule/WSK-TRC-001. */
class EventsMissingTest {
  @Test
  void gap() {
    assertThat(finding("WSK-TRC-001/bad-gap"))
        .isEqualTo(
            """
                VIOLATION WSK-TRC-001 at trace
                Missing from the trace: 7 events
                3 missing
                """);
  }

  @Test
  void noSlot() {
    assertThat(finding("WSK-TRC-001/bad-no-slot"))
        .isEqualTo(
            """
                VIOLATION WSK-TRC-001 at trace
                Missing from the trace: 3 completions
                4 missing
                """);
  }

  @Test
  void ringOverwritten() {
    assertThat(finding("WSK-TRC-001/bad-ring-overwritten"))
        .isEqualTo(
            """
                VIOLATION WSK-TRC-001 at trace
                Missing from the trace: 47 events
                3 missing
                """);
  }
}
