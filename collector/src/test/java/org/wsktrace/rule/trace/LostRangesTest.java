package org.wsktrace.rule.trace;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.wsktrace.track.fact.Loss;

class LostRangesTest {
  @Test
  void whatTouchesARangeOverlapsIt() {
    var ranges = new LostRanges();
    ranges.add(new Loss(10, 20, Loss.Reason.SEQUENCE_GAP));
    ranges.add(new Loss(40, 50, Loss.Reason.SEQUENCE_GAP));

    assertThat(ranges.overlap(1, 9)).isFalse();
    assertThat(ranges.overlap(1, 10)).isTrue();
    assertThat(ranges.overlap(20, 30)).isTrue();
    assertThat(ranges.overlap(21, 39)).isFalse();
    assertThat(ranges.overlap(45, 46)).isTrue();
    assertThat(ranges.overlap(51, Long.MAX_VALUE)).isFalse();
  }

  @Test
  void rangesThatOverlapBecomeOne() {
    var ranges = new LostRanges();
    ranges.add(new Loss(10, 20, Loss.Reason.SEQUENCE_GAP));
    ranges.add(new Loss(30, 40, Loss.Reason.SEQUENCE_GAP));
    ranges.add(new Loss(15, 35, Loss.Reason.RECORD_DROPPED));

    assertThat(ranges.overlap(25, 26)).isTrue();
  }
}
