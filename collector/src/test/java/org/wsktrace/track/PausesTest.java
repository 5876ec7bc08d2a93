package org.wsktrace.track;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class PausesTest {
  private static final long SECOND = 1_000_000_000L;

  @Test
  void aSilenceBetweenBeatsIsAPauseButForTheBeatThatWasDue() throws Exception {
    Pauses pauses = pauses("1s Heartbeat", "2s Heartbeat", "62s Heartbeat", "63s Heartbeat");

    assertThat(pauses.awake(0, 63 * SECOND)).isEqualTo(4 * SECOND);
    assertThat(pauses.awake(10 * SECOND, 62 * SECOND)).isZero();
    assertThat(pauses.awake(61 * SECOND, 63 * SECOND)).isEqualTo(SECOND);
    assertThat(pauses.awake(62 * SECOND, 63 * SECOND)).isEqualTo(SECOND);
    assertThat(pauses.awake(0, 3 * SECOND)).isEqualTo(3 * SECOND);
  }

  @Test
  void severalPausesAddUp() throws Exception {
    Pauses pauses = pauses("1s Heartbeat", "2s Heartbeat", "12s Heartbeat", "22s Heartbeat");

    assertThat(pauses.awake(0, 22 * SECOND)).isEqualTo(4 * SECOND);
  }

  @Test
  void aTraceThatDoesNotBeatHasNone() throws Exception {
    assertThat(pauses("SessionInfo", "60s Heartbeat", "120s Heartbeat").awake(0, 120 * SECOND))
        .isEqualTo(120 * SECOND);
  }

  @Test
  void whoeverLogsAnythingIsAwake() throws Exception {
    Pauses pauses =
        pauses("1s Heartbeat", "2s Heartbeat", "4s DriverLoad", "6s DriverLoad", "8s Heartbeat");

    assertThat(pauses.awake(0, 8 * SECOND)).isEqualTo(8 * SECOND);
  }

  @Test
  void whatIsForgottenCountsForAll() throws Exception {
    var lines = new ArrayList<String>();
    lines.add("1s Heartbeat");
    lines.add("2s Heartbeat");
    for (int i = 1; i <= 2_000; i++) {
      lines.add("%ds Heartbeat".formatted(2 + 10 * i));
    }
    Pauses pauses = pauses(lines.toArray(String[]::new));

    assertThat(pauses.awake(0, 20_002 * SECOND)).isEqualTo(2_002 * SECOND);
    assertThat(pauses.awake(2 * SECOND, 4 * SECOND)).isZero();
  }

  private static Pauses pauses(String... lines) throws Exception {
    return TrackedText.tracks(String.join("\n", lines) + "\n", new ArrayList<>()).pauses();
  }
}
