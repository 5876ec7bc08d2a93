package org.wsktrace.rule.buffer;

/**
 * Which pages the receives in flight may write, roughly: several pages share a counter. So that
 * most sends need no look at all operations in flight.
 */
final class ReceivePages {
  private static final int COUNTERS = 1 << 12;
  private static final int PAGE_BITS = 12;

  /** A longer range is not counted page by page. */
  private static final int MOST_PAGES = 64;

  private final int[] counters = new int[COUNTERS];
  private int large;

  void add(long start, long size) {
    count(start, size, 1);
  }

  /** What was added before. */
  void remove(long start, long size) {
    count(start, size, -1);
  }

  /** False only where no receive has a byte. */
  boolean mayHold(long start, long size) {
    if (large != 0) {
      return true;
    }
    long last = lastPage(start, size);
    long page = start >>> PAGE_BITS;
    if (last - page >= MOST_PAGES) {
      return true;
    }
    for (; page <= last; page++) {
      if (counters[(int) page & (COUNTERS - 1)] != 0) {
        return true;
      }
    }
    return false;
  }

  private void count(long start, long size, int step) {
    if (size == 0) {
      return;
    }
    long last = lastPage(start, size);
    long page = start >>> PAGE_BITS;
    if (last - page >= MOST_PAGES || last < page) {
      large += step;
      return;
    }
    for (; page <= last; page++) {
      counters[(int) page & (COUNTERS - 1)] += step;
    }
  }

  private static long lastPage(long start, long size) {
    return (start + size - 1) >>> PAGE_BITS;
  }
}
