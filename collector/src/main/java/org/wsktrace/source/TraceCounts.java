package org.wsktrace.source;

import java.util.Map;
import java.util.TreeMap;

/**
 * What was read of a trace. Nothing is left out without a number here.
 *
 * @param byId events delivered, by id, in order of id
 * @param unknownIds those of them whose id this version does not know
 * @param damaged those of them whose payload makes no sense
 * @param unnumbered events of ours left out: their payload is too short to hold a number
 * @param foreign events of other providers, left out
 * @param duplicates events left out: their number had been there before
 * @param late events left out: their number had been declared lost before they came
 * @param firstSeq number of the first event; 0 for none
 * @param lastSeq number of the last event; 0 for none
 * @param missing sequence numbers between these two that no event has
 * @param firstNanos time of the first event, since the start of the trace
 * @param lastNanos time of the latest event, since the start of the trace
 */
public record TraceCounts(
    Map<Integer, Long> byId,
    long unknownIds,
    long damaged,
    long unnumbered,
    long foreign,
    long duplicates,
    long late,
    long firstSeq,
    long lastSeq,
    long missing,
    long firstNanos,
    long lastNanos) {

  /** Keeps a copy of the map. */
  public TraceCounts {
    byId = java.util.Collections.unmodifiableMap(new TreeMap<>(byId));
  }

  /** Events of the capture driver that were delivered. */
  public long events() {
    return byId.values().stream().mapToLong(Long::longValue).sum();
  }
}
