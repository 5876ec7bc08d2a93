package org.wsktrace.store.row;

import java.util.List;

/**
 * Events that are missing from the trace.
 *
 * @param firstSeq lowest number that may be missing
 * @param lastSeq highest number that may be missing
 * @param count how many are missing
 * @param reason sequence_gap, ring_overwritten, ...
 * @param reasonText the same in words
 */
public record StoredLoss(
    long firstSeq, long lastSeq, long count, String reason, String reasonText) {
  private static final String GAP = "sequence_gap";

  /**
   * How many events are missing, each counted once: what the recorder says it lost shows as a gap
   * too.
   */
  public static long total(List<StoredLoss> losses) {
    long total = 0;
    for (StoredLoss loss : losses) {
      long unseen = loss.count();
      if (!loss.reason.equals(GAP)) {
        unseen -=
            losses.stream().filter(gap -> gap.reason.equals(GAP)).mapToLong(loss::common).sum();
      }
      long sum = total + Math.max(0, unseen);
      total = sum < 0 ? Long.MAX_VALUE : sum;
    }
    return total;
  }

  private long common(StoredLoss other) {
    return Math.max(0, Math.min(lastSeq, other.lastSeq) - Math.max(firstSeq, other.firstSeq) + 1);
  }
}
