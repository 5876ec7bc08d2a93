package org.wsktrace.rule.buffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.wsktrace.rule.Fixture.finding;

import org.junit.jupiter.api.Test;

/** The traces are in test/resources/org/wsktrace/rule/WSK-BUF-001. */
class MdlFreedInFlightTest {
  @Test
  void embeddedMdl() {
    assertThat(finding("WSK-BUF-001/bad-embedded-mdl"))
        .isEqualTo(
            """
                VIOLATION WSK-BUF-001 at client.sys+0x1200
                MDL 0xd0 was freed while WskSend of 4096 bytes was in flight, 1 us before it completed
                4 enter, 5 return, 6 free, 7 complete
                """);
  }

  @Test
  void eventsMissing() {
    assertThat(finding("WSK-BUF-001/bad-events-missing"))
        .isEqualTo(
            """
                SUSPECTED WSK-BUF-001 at client.sys+0x1200
                MDL 0xd0 was freed while WskSend of 4096 bytes was in flight; its completion is not in the trace
                3 enter, 4 return, 9 free
                but events are missing between its first evidence and the act; they may explain it

                VIOLATION WSK-TRC-001 at trace
                Missing from the trace: 4 events
                5 missing
                """);
  }

  @Test
  void freedBeforeReturn() {
    assertThat(finding("WSK-BUF-001/bad-freed-before-return"))
        .isEqualTo(
            """
                VIOLATION WSK-BUF-001 at client.sys+0x1300
                MDL 0xd0 was freed while WskSend of 4096 bytes was in flight, 1 us before it completed
                3 enter, 4 free, 5 complete
                """);
  }

  @Test
  void freedWhilePending() {
    assertThat(finding("WSK-BUF-001/bad-freed-while-pending"))
        .isEqualTo(
            """
                VIOLATION WSK-BUF-001 at client.sys+0x1200
                MDL 0xd0 was freed while WskSend of 4096 bytes was in flight, 2 s before it completed
                6 enter, 7 return, 8 free, 9 complete
                """);
  }

  @Test
  void neverCompletes() {
    assertThat(finding("WSK-BUF-001/bad-never-completes"))
        .isEqualTo(
            """
                VIOLATION WSK-BUF-001 at client.sys+0x1200
                MDL 0xd0 was freed while WskSend of 4096 bytes was in flight; its completion is not in the trace
                3 enter, 4 return, 5 free
                """);
  }

  @Test
  void secondMdlOfTheChain() {
    assertThat(finding("WSK-BUF-001/bad-second-mdl-of-the-chain"))
        .isEqualTo(
            """
                VIOLATION WSK-BUF-001 at client.sys+0x1200
                MDL 0xd8 was freed while WskSend of 4096 bytes was in flight, 1 us before it completed
                3 enter, 5 return, 6 free, 7 complete
                """);
  }

  @Test
  void threeTimes() {
    assertThat(finding("WSK-BUF-001/bad-three-times"))
        .isEqualTo(
            """
                VIOLATION WSK-BUF-001 at client.sys+0x1200
                MDL 0xd1 was freed while WskSend of 100 bytes was in flight, 1 us before it completed
                3 enter, 4 return, 5 free, 6 complete
                3 times
                """);
  }

  @Test
  void addressBecomesABlock() {
    assertThat(finding("WSK-BUF-001/bad-address-becomes-a-block"))
        .isEqualTo(
            """
            VIOLATION WSK-BUF-001 at client.sys+0x1200
            MDL 0xd0 was freed while WskSend of 4096 bytes was in flight, 2 us before it completed
            3 enter, 4 return, 5 free, 7 complete
            """);
  }
}
