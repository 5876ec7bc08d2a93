package org.wsktrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class DemoCommandTest {
  @Test
  void theDemoShowsTheMisuseAndIsNoFailure() {
    Run run = Run.of("demo");

    assertThat(run.status()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .startsWith("The sample driver calls WskSend,")
        .contains("ERROR WSK-BUF-001: ")
        .contains("1 error, 0 warnings, 1 note in ");
  }
}
