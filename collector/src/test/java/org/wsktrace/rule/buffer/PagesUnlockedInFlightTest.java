package org.wsktrace.rule.buffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.wsktrace.rule.Fixture.finding;

import org.junit.jupiter.api.Test;

/** The traces are in test/resources/org/wsktrace/rule/WSK-BUF-003. */
class PagesUnlockedInFlightTest {
  @Test
  void advancedWhilePending() {
    assertThat(finding("WSK-BUF-003/bad-advanced-while-pending"))
        .isEqualTo(
            """
                VIOLATION WSK-BUF-003 at client.sys+0x1200
                Pages of MDL 0xd0 were passed by MmAdvanceMdl while WskSend of 8000 bytes was in flight, 1 us before it completed
                3 enter, 4 return, 5 advance, 6 complete
                """);
  }

  @Test
  void unlockedWhilePending() {
    assertThat(finding("WSK-BUF-003/bad-unlocked-while-pending"))
        .isEqualTo(
            """
                VIOLATION WSK-BUF-003 at client.sys+0x1200
                Pages of MDL 0xd0 were unlocked while WskSend of 4096 bytes was in flight, 1 us before it completed
                4 enter, 5 return, 6 unlock, 7 complete
                """);
  }
}
