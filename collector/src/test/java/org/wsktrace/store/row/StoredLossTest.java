package org.wsktrace.store.row;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class StoredLossTest {
  private static final StoredLoss GAP = new StoredLoss(10, 19, 10, "sequence_gap", "");

  @Test
  void lossesApartAreAddedUp() {
    assertThat(total(GAP, loss(30, 39, 4))).isEqualTo(14);
  }

  @Test
  void whatTheRecorderSaysOfAGapIsCountedOnce() {
    assertThat(total(GAP, loss(10, 19, 10))).isEqualTo(10);
    assertThat(total(loss(15, 24, 10), GAP)).isEqualTo(15);
  }

  @Test
  void countsThatAreTooLargeStayLarge() {
    assertThat(total(loss(1, 2, Long.MAX_VALUE), loss(3, 4, Long.MAX_VALUE)))
        .isEqualTo(Long.MAX_VALUE);
  }

  private static StoredLoss loss(long first, long last, long count) {
    return new StoredLoss(first, last, count, "record_dropped", "");
  }

  private static long total(StoredLoss... losses) {
    return StoredLoss.total(List.of(losses));
  }
}
