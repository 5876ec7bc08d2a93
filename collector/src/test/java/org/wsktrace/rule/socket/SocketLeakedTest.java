package org.wsktrace.rule.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.wsktrace.rule.Fixture.finding;

import org.junit.jupiter.api.Test;

/** The traces are in test/resources/org/wsktrace/rule/WSK-SOCK-005. */
class SocketLeakedTest {
  @Test
  void accepted() {
    assertThat(finding("WSK-SOCK-005/bad-accepted"))
        .isEqualTo(
            """
                VIOLATION WSK-SOCK-005 at client.sys+0x1600
                Socket 0x58 is open, and its driver is unloaded
                8 create, 15 unloaded
                """);
  }

  @Test
  void deregisterWaits() {
    assertThat(finding("WSK-SOCK-005/bad-deregister-waits"))
        .isEqualTo(
            """
                VIOLATION WSK-SOCK-005 at client.sys+0x1080
                Socket 0x50 is open, and its driver waits in WskDeregister
                5 create, 9 deregister
                """);
  }

  @Test
  void deregistered() {
    assertThat(finding("WSK-SOCK-005/bad-deregistered"))
        .isEqualTo(
            """
                VIOLATION WSK-SOCK-005 at client.sys+0x1080
                Socket 0x50 is open, and its driver has left WSK
                5 create, 9 deregister, 10 deregistered
                """);
  }

  @Test
  void firstSeenInUse() {
    assertThat(finding("WSK-SOCK-005/bad-first-seen-in-use"))
        .isEqualTo(
            """
                VIOLATION WSK-SOCK-005 at client.sys+0x1080
                Socket 0x50 is open, and its driver is unloaded
                3 first use, 6 unloaded
                """);
  }
}
