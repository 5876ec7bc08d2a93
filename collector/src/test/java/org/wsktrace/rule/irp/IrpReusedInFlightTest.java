package org.wsktrace.rule.irp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.wsktrace.rule.Fixture.finding;

import org.junit.jupiter.api.Test;

/** The traces are in test/resources/org/wsktrace/rule/WSK-IRP-005. */
class IrpReusedInFlightTest {
  @Test
  void initialisedWhilePending() {
    assertThat(finding("WSK-IRP-005/bad-initialised-while-pending"))
        .isEqualTo(
            """
                VIOLATION WSK-IRP-005 at client.sys+0x1200
                IRP 0xb0 was initialised by IoInitializeIrp while its WskSend of 4096 bytes was in flight, 1 us before it completed
                4 enter, 5 return, 6 reuse, 7 complete
                """);
  }

  @Test
  void oneIrpForTwoCalls() {
    assertThat(finding("WSK-IRP-005/bad-one-irp-for-two-calls"))
        .isEqualTo(
            """
                VIOLATION WSK-IRP-005 at client.sys+0x1500
                IRP 0xb0 was given to WskReceive while its WskSend of 4096 bytes was in flight, 2 us before it completed
                3 enter, 4 return, 5 reuse, 7 complete
                """);
  }

  @Test
  void reusedWhilePending() {
    assertThat(finding("WSK-IRP-005/bad-reused-while-pending"))
        .isEqualTo(
            """
                VIOLATION WSK-IRP-005 at client.sys+0x1200
                IRP 0xb0 was reused by IoReuseIrp while its WskSend of 4096 bytes was in flight, 1 us before it completed
                3 enter, 4 return, 5 reuse, 6 complete
                """);
  }

  @Test
  void reusedAndGivenToACall() {
    assertThat(finding("WSK-IRP-005/bad-reused-and-given-to-a-call"))
        .isEqualTo(
            """
            VIOLATION WSK-IRP-005 at client.sys+0x1200
            IRP 0xb0 was reused by IoReuseIrp while its WskSend of 4096 bytes was in flight; its completion is not in the trace
            3 enter, 4 return, 5 reuse
            """);
  }
}
