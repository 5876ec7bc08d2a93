package org.wsktrace.decode.inventory;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Counts by GUID without an object for each event: open addressing over the GUID's halves, and
 * mostly the same GUID as before.
 */
final class GuidCounts {
  /** A GUID's count. */
  record Entry(UUID guid, long count) {}

  private static final int FIRST_SLOTS = 64;

  private final int most;
  private long[] high = new long[FIRST_SLOTS];
  private long[] low = new long[FIRST_SLOTS];
  // 0 marks a free slot.
  private long[] counts = new long[FIRST_SLOTS];
  private int used;
  private int last;
  private long others;

  /**
   * @param most how many GUIDs are told apart
   */
  GuidCounts(int most) {
    this.most = most;
  }

  /**
   * Counts one more.
   *
   * @return whether it is the first with this GUID
   */
  boolean add(long newHigh, long newLow) {
    if (counts[last] > 0 && low[last] == newLow && high[last] == newHigh) {
      counts[last]++;
      return false;
    }
    int slot = slotOf(newHigh, newLow);
    if (counts[slot] > 0) {
      counts[slot]++;
      last = slot;
      return false;
    }
    if (used >= most) {
      others++;
      return false;
    }
    high[slot] = newHigh;
    low[slot] = newLow;
    counts[slot] = 1;
    last = slot;
    used++;
    if (used * 2 > counts.length) {
      grow();
    }
    return true;
  }

  private int slotOf(long wantedHigh, long wantedLow) {
    long mixed = (wantedHigh * 31 + wantedLow) * 0x9E37_79B9_7F4A_7C15L;
    int mask = counts.length - 1;
    int slot = (int) (mixed >>> 40) & mask;
    while (counts[slot] > 0 && (low[slot] != wantedLow || high[slot] != wantedHigh)) {
      slot = slot + 1 & mask;
    }
    return slot;
  }

  private void grow() {
    long[] oldHigh = high;
    long[] oldLow = low;
    long[] oldCounts = counts;
    int slots = 2 * oldCounts.length;
    high = new long[slots];
    low = new long[slots];
    counts = new long[slots];
    last = 0;
    for (int i = 0; i < oldCounts.length; i++) {
      if (oldCounts[i] > 0) {
        int slot = slotOf(oldHigh[i], oldLow[i]);
        high[slot] = oldHigh[i];
        low[slot] = oldLow[i];
        counts[slot] = oldCounts[i];
      }
    }
  }

  /** Counts of GUIDs beyond the most. */
  long others() {
    return others;
  }

  /** Those told apart, in no order. */
  List<Entry> entries() {
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] > 0) {
        entries.add(new Entry(new UUID(high[i], low[i]), counts[i]));
      }
    }
    return entries;
  }
}
