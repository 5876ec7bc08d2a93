package org.wsktrace.rule.buffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.wsktrace.rule.Fixture.finding;

import org.junit.jupiter.api.Test;

/** The traces are in test/resources/org/wsktrace/rule/WSK-BUF-002. */
class BufferFreedInFlightTest {
  @Test
  void freedWhilePending() {
    assertThat(finding("WSK-BUF-002/bad-freed-while-pending"))
        .isEqualTo(
            """
                VIOLATION WSK-BUF-002 at client.sys+0x1200
                Buffer 0x9000 was freed while WskSend of 4096 bytes was in flight, 1 us before it completed
                3 enter, 4 return, 5 free, 6 complete
                """);
  }

  @Test
  void insideABlock() {
    assertThat(finding("WSK-BUF-002/bad-inside-a-block"))
        .isEqualTo(
            """
                VIOLATION WSK-BUF-002 at client.sys+0x1200
                Buffer 0x8f00 was freed while WskSend of 4096 bytes was in flight, 1 us before it completed
                4 enter, 5 return, 6 free, 7 complete
                """);
  }

  @Test
  void lockedPages() {
    assertThat(finding("WSK-BUF-002/bad-locked-pages"))
        .isEqualTo(
            """
                SUSPECTED WSK-BUF-002 at client.sys+0x1200
                Buffer 0x9000 was freed while WskSend of 4096 bytes was in flight, 1 us before it completed
                3 enter, 4 return, 5 free, 6 complete
                but the MDL is not known to describe nonpaged pool, so its pages may be locked apart from the block
                """);
  }

  @Test
  void receive() {
    assertThat(finding("WSK-BUF-002/bad-receive"))
        .isEqualTo(
            """
                VIOLATION WSK-BUF-002 at client.sys+0x1200
                Buffer 0x9010 was freed while WskReceive of 100 bytes was in flight, 1 us before it completed
                4 enter, 5 return, 6 free, 7 complete
                """);
  }

  @Test
  void blockGoesRound() {
    assertThat(finding("WSK-BUF-002/bad-block-goes-round"))
        .isEqualTo(
            """
            VIOLATION WSK-BUF-002 at client.sys+0x1200
            Buffer 0x9000 was freed while WskSend of 4096 bytes was in flight, 2 us before it completed
            3 enter, 4 return, 5 free, 7 complete
            """);
  }
}
