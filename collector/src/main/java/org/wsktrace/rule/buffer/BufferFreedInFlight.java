package org.wsktrace.rule.buffer;

import java.util.Set;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent.PoolFree;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Confidence;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Need;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.RuleInfo;
import org.wsktrace.rule.Severity;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveOperation;
import org.wsktrace.track.Tracks;
import org.wsktrace.track.memory.BusyMemory.Range;
import org.wsktrace.track.memory.BusyMemory.Use;

/**
 * A pool block is freed while the MDLs of an operation in flight describe bytes of it. Proved for
 * nonpaged pool; pages that were locked from elsewhere stay in place when their address goes away,
 * so there it is only suspected.
 */
public final class BufferFreedInFlight implements Rule {
  private static final RuleInfo INFO =
      new RuleInfo(
          "WSK-BUF-002",
          "Buffer freed before completion",
          "buffer",
          Severity.ERROR,
          Effect.CORRUPTION,
          Confidence.PROVED,
          Set.of(Need.CALLS, Need.POOL_CALLS),
          "WSK does not buffer: until the IRP completes the network card may still read these bytes for a send, a retransmission"
              + " too, or write them for a receive. The next owner of the block gets its data sent, or overwritten. The CPU may"
              + " never touch the freed address, so special pool stays silent.",
          "Tie the buffer to the operation and free it in the completion routine.",
          "",
          "https://learn.microsoft.com/windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_send_to");

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void judge(TimedEvent timed, Trial trial) {
    if (timed.event() instanceof PoolFree free) {
      trial.tracks().needed(free, Use.DATA).forEach(range -> charge(timed, free, range, trial));
    }
  }

  private static void charge(
      TimedEvent timed, PoolFree free, Range<LiveOperation> range, Trial trial) {
    Tracks tracks = trial.tracks();
    String title =
        "Buffer 0x%x was freed while %s was in flight"
            .formatted(free.block(), range.operation().describe());
    Charge charge = Charge.of(timed, "free", title, tracks).against(range.operation(), tracks);
    boolean nonPaged = range.nonPagedPool() || tracks.pool().isNonPaged(free);
    trial.charge(
        nonPaged
            ? charge
            : charge.doubted(
                "the MDL is not known to describe nonpaged pool, so its pages may be locked apart from the block"));
  }
}
