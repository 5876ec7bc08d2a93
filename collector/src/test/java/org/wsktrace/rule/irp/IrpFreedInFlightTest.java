package org.wsktrace.rule.irp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.wsktrace.rule.Fixture.finding;

import org.junit.jupiter.api.Test;

/** The traces are in test/resources/org/wsktrace/rule/WSK-IRP-004. */
class IrpFreedInFlightTest {
  @Test
  void cancelledAndFreed() {
    assertThat(finding("WSK-IRP-004/bad-cancelled-and-freed"))
        .isEqualTo(
            """
                VIOLATION WSK-IRP-004 at client.sys+0x1210
                IRP 0xb0 was freed while its WskConnect was in flight, 100 ms before it completed
                4 enter, 5 return, 6 cancel, 8 free, 9 complete
                """);
  }

  @Test
  void embeddedIrp() {
    assertThat(finding("WSK-IRP-004/bad-embedded-irp"))
        .isEqualTo(
            """
                VIOLATION WSK-IRP-004 at client.sys+0x1200
                IRP 0xb0 was freed while its WskConnect was in flight, 1 us before it completed
                4 enter, 5 return, 6 free, 7 complete
                """);
  }

  @Test
  void freedWhilePending() {
    assertThat(finding("WSK-IRP-004/bad-freed-while-pending"))
        .isEqualTo(
            """
                VIOLATION WSK-IRP-004 at client.sys+0x1200
                IRP 0xb0 was freed while its WskConnect was in flight, 1 us before it completed
                4 enter, 5 return, 6 free, 7 complete
                """);
  }

  @Test
  void addressBecomesABlock() {
    assertThat(finding("WSK-IRP-004/bad-address-becomes-a-block"))
        .isEqualTo(
            """
            VIOLATION WSK-IRP-004 at client.sys+0x1200
            IRP 0xb0 was freed while its WskConnect was in flight, 2 us before it completed
            4 enter, 5 return, 6 free, 8 complete
            """);
  }
}
