package org.wsktrace.rule;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.wsktrace.event.WskEvent.PoolFree;
import org.wsktrace.track.BusyMemory.Range;
import org.wsktrace.track.BusyMemory.Use;
import org.wsktrace.track.LiveOperation;

/** Questions and words that rules about operations in flight share. */
public final class InFlight {
  private InFlight() {}

  /** What operations in flight need of a block that is freed: one range for each operation. */
  public static List<Range> in(PoolFree free, Use use, Trial trial) {
    var tracks = trial.tracks();
    Map<LiveOperation, Range> first = new LinkedHashMap<>();
    for (Range range : tracks.busy().overlapping(free.block(), tracks.pool().sizeOf(free))) {
      if (range.use() == use) {
        first.putIfAbsent(range.operation(), range);
      }
    }
    return List.copyOf(first.values());
  }

  /** "WskSend of 4096 bytes was in flight". */
  public static String describe(LiveOperation operation) {
    String bytes = operation.length() == 0 ? "" : " of %d bytes".formatted(operation.length());
    return "%s%s was in flight".formatted(operation.verb().label(), bytes);
  }
}
