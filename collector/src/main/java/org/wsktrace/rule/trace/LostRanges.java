package org.wsktrace.rule.trace;

import java.util.Map;
import java.util.TreeMap;
import org.wsktrace.track.fact.Loss;

/** The numbers of events that may be missing from a trace, as ranges that do not touch. */
public final class LostRanges {
  /** First to last. */
  private final TreeMap<Long, Long> ranges = new TreeMap<>();

  public void add(Loss loss) {
    long first = loss.firstMissingSeq();
    long last = loss.lastMissingSeq();
    for (Map.Entry<Long, Long> entry = ranges.floorEntry(last);
        entry != null && entry.getValue() >= first;
        entry = ranges.floorEntry(last)) {
      first = Math.min(first, entry.getKey());
      last = Math.max(last, entry.getValue());
      ranges.remove(entry.getKey());
    }
    ranges.put(first, last);
  }

  /** True when an event between the two, them included, may be missing. */
  public boolean overlap(long first, long last) {
    Map.Entry<Long, Long> entry = ranges.floorEntry(last);
    return entry != null && entry.getValue() >= first;
  }
}
