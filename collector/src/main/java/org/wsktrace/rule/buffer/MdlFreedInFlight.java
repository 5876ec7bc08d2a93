package org.wsktrace.rule.buffer;

import org.wsktrace.event.WskEvent.MdlFree;
import org.wsktrace.event.WskEvent.PoolFree;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Need;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveMdl;
import org.wsktrace.track.LiveOperation;
import org.wsktrace.track.memory.BusyMemory.Use;

/**
 * An MDL is freed while an operation that was given it is in flight. Frees are logged before the
 * real call and completions before the client's routine runs: a free with the lower number came
 * before the client could know of the completion. An MDL inside another structure is freed with its
 * pool block.
 */
public final class MdlFreedInFlight {
  public static final Rule RULE =
      Rule.declare("WSK-BUF-001", "MDL freed before completion")
          .error(Effect.BUGCHECK)
          .proved()
          .needs(Need.CALLS, Need.MDL_CALLS)
          .title("MDL {mdl} was freed while {operation} was in flight")
          .why(
              "WSK does not buffer: the transport reads and writes through this MDL chain until the IRP completes, and the memory of"
                  + " a freed MDL soon describes other pages. That ends in corrupted data or a bugcheck that blames the network stack.")
          .fix(
              "Free the MDL in the completion routine, or after a wait for it; never after the call because it returned"
                  + " STATUS_PENDING or an error: the routine runs in both cases.")
          .recordNext(
              "Run once more with Driver Verifier's special pool on the driver: it stops the machine at the first touch of the freed"
                  + " MDL.")
          .source("windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_send")
          .judgedBy(MdlFreedInFlight::new);

  private final Trial trial;

  private MdlFreedInFlight(Trial trial) {
    this.trial = trial;
    trial.on(MdlFree.class, this::freed);
    trial.on(PoolFree.class, this::blockFreed);
  }

  private void freed(MdlFree free) {
    LiveMdl mdl = trial.tracks().mdls().living(free.mdl());
    if (mdl != null) {
      mdl.holders().forEach(operation -> charge(mdl.address(), operation));
    }
  }

  private void blockFreed(PoolFree free) {
    trial.tracks().needed(free, Use.MDL).forEach(range -> charge(range.start(), range.operation()));
  }

  private void charge(long mdl, LiveOperation operation) {
    trial.charge(
        Charge.of(trial.event(), "free")
            .against(operation)
            .address("mdl", mdl)
            .operation("operation", operation));
  }
}
