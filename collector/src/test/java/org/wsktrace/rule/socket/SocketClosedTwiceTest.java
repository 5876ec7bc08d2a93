package org.wsktrace.rule.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.wsktrace.rule.Fixture.finding;

import org.junit.jupiter.api.Test;

/** The traces are in test/resources/org/wsktrace/rule/WSK-SOCK-003. */
class SocketClosedTwiceTest {
  @Test
  void perhapsAccepted() {
    assertThat(finding("WSK-SOCK-003/bad-perhaps-accepted"))
        .isEqualTo(
            """
                SUSPECTED WSK-SOCK-003 at client.sys+0x1200
                Socket 0x50 was closed twice: its first WskCloseSocket had completed
                9 enter, 10 complete, 11 return, 12 close again
                but the driver accepts sockets in a callback, which is not recorded: this may be a new socket at the same address
                """);
  }

  @Test
  void whenClosed() {
    assertThat(finding("WSK-SOCK-003/bad-when-closed"))
        .isEqualTo(
            """
                VIOLATION WSK-SOCK-003 at client.sys+0x1200
                Socket 0x50 was closed twice: its first WskCloseSocket had completed
                6 enter, 7 complete, 8 return, 9 close again
                """);
  }

  @Test
  void whileClosing() {
    assertThat(finding("WSK-SOCK-003/bad-while-closing"))
        .isEqualTo(
            """
                VIOLATION WSK-SOCK-003 at client.sys+0x1200
                Socket 0x50 was closed twice: its first WskCloseSocket was in flight, 2 us before it completed
                6 enter, 7 return, 8 close again, 10 complete
                """);
  }
}
