package org.wsktrace.rule.irp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.wsktrace.rule.Fixture.finding;

import org.junit.jupiter.api.Test;

/** The traces are in test/resources/org/wsktrace/rule/WSK-IRP-007. */
class IrpFreedTwiceTest {
  @Test
  void bothFree() {
    assertThat(finding("WSK-IRP-007/bad-both-free"))
        .isEqualTo(
            """
                VIOLATION WSK-IRP-007 at client.sys+0x1200
                IRP 0xb0 was freed twice
                5 complete, 6 free, 8 free again
                """);
  }

  @Test
  void perhapsAnotherIrp() {
    assertThat(finding("WSK-IRP-007/bad-perhaps-another-irp"))
        .isEqualTo(
            """
            SUSPECTED WSK-IRP-007 at client.sys+0x1800
            IRP 0xb0 was freed twice
            5 free, 6 free again
            but the driver also frees IRPs whose allocation was not recorded; this may be one at the same address
            """);
  }
}
