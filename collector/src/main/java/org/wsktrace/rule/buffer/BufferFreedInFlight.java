package org.wsktrace.rule.buffer;

import org.wsktrace.event.WskEvent.PoolFree;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Need;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveOperation;
import org.wsktrace.track.memory.BusyMemory.Range;
import org.wsktrace.track.memory.BusyMemory.Use;

/**
 * A pool block is freed while the MDLs of an operation in flight describe bytes of it. Proved for
 * nonpaged pool; pages that were locked from elsewhere stay in place when their address goes away,
 * so there it is only suspected.
 */
public final class BufferFreedInFlight {
  public static final Rule RULE =
      Rule.declare("WSK-BUF-002", "Buffer freed before completion")
          .error(Effect.CORRUPTION)
          .proved()
          .needs(Need.CALLS, Need.POOL_CALLS)
          .title("Buffer {block} was freed while {operation} was in flight")
          .why(
              "WSK does not buffer: until the IRP completes the network card may still read these bytes for a send, a retransmission"
                  + " too, or write them for a receive. The next owner of the block gets its data sent, or overwritten. The CPU may"
                  + " never touch the freed address, so special pool stays silent.")
          .fix("Tie the buffer to the operation and free it in the completion routine.")
          .source("windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_send_to")
          .judgedBy(BufferFreedInFlight::new);

  private final Trial trial;

  private BufferFreedInFlight(Trial trial) {
    this.trial = trial;
    trial.on(PoolFree.class, this::freed);
  }

  private void freed(PoolFree free) {
    trial.tracks().needed(free, Use.DATA).forEach(range -> charge(free, range));
  }

  private void charge(PoolFree free, Range<LiveOperation> range) {
    boolean nonPaged = range.nonPagedPool() || trial.tracks().pool().isNonPaged(free);
    Charge charge =
        Charge.of(trial.event(), "free")
            .against(range.operation())
            .address("block", free.block())
            .operation("operation", range.operation());
    trial.charge(
        nonPaged
            ? charge
            : charge.doubted(
                "the MDL is not known to describe nonpaged pool, so its pages may be locked apart from the block"));
  }
}
