package org.wsktrace.rule.irp;

import org.jspecify.annotations.Nullable;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent.IrpFree;
import org.wsktrace.event.WskEvent.OpExit;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Need;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveIrp;
import org.wsktrace.track.LiveOperation;

/**
 * IoFreeIrp of an IRP that was freed and neither born nor given to a call since. An address that
 * was born again is another IRP. A driver that frees IRPs whose birth was not recorded (those of
 * IoBuildAsynchronousFsdRequest, for instance) may get a freed address back unseen: of such a
 * driver it is only suspected.
 */
public final class IrpFreedTwice {
  public static final Rule RULE =
      Rule.declare("WSK-IRP-007", "IRP freed twice")
          .error(Effect.BUGCHECK)
          .proved()
          .needs(Need.IRP_CALLS)
          .title("IRP {irp} was freed twice")
          .why(
              "The second free returns memory to the pool that may belong to somebody else by then (bugcheck 0xC2 or 0xC9). The"
                  + " usual pair: the completion routine frees, and so does the caller because the call returned an error.")
          .fix("Let the completion routine be the only owner: it runs whatever the call returns.")
          .source("windows-hardware/drivers/ddi/wdm/nf-wdm-iofreeirp")
          .judgedBy(IrpFreedTwice::new);

  private final Trial trial;

  private final UnseenIrps unseen;

  private IrpFreedTwice(Trial trial) {
    this.trial = trial;
    trial.on(IrpFree.class, this::freed);
    this.unseen = new UnseenIrps(trial);
  }

  private void freed(IrpFree free) {
    LiveIrp dead = trial.irp() == null ? trial.tracks().irps().dead(free.irp()) : null;
    if (dead == null || dead.free() == null) {
      return;
    }
    Charge charge =
        Charge.of(trial.event(), "free again")
            .with(dead.lastCompletion(), "complete")
            .with(dead.free(), "free")
            // Whether it also frees what it was not seen to allocate is a matter of all the trace.
            .since(0)
            .address("irp", free.irp())
            .doubted(unseen.doubt(free.header().client()));
    LiveOperation failed = failed(dead, dead.free());
    trial.charge(
        failed == null
            ? charge
            : charge
                .saying(
                    "IRP {irp} was freed twice: by the completion routine of {operation}, and again when the call had failed")
                .with(failed.exit(), "return")
                .operation("operation", failed));
  }

  /** The call that returned an error after its completion routine had freed the IRP. */
  private static @Nullable LiveOperation failed(LiveIrp dead, TimedEvent free) {
    LiveOperation last = dead.lastOperation();
    if (last == null || last.exit() == null || last.completion() == null) {
      return null;
    }
    boolean inside = free.seq() > last.completion().seq() && free.seq() < last.exit().seq();
    return inside && last.exit().event() instanceof OpExit exit && exit.status() < 0 ? last : null;
  }
}
