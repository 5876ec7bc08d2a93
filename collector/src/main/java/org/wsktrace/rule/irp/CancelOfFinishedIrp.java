package org.wsktrace.rule.irp;

import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent.IrpCancel;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Need;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Setting;
import org.wsktrace.rule.Severity;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveIrp;
import org.wsktrace.track.fact.IrpLife.State;

/**
 * IoCancelIrp of an IRP that was freed, or that completed long ago. One that completed just now may
 * have done so between the driver's decision and its call, which is legal as long as the IRP's
 * memory is kept for both.
 */
public final class CancelOfFinishedIrp {
  private static final Setting LATE =
      Setting.seconds(
          "WSK-IRP-013.late", "a cancel so long after the completion is no race any more", 1);

  public static final Rule RULE =
      Rule.declare("WSK-IRP-013", "IoCancelIrp of a finished IRP")
          .error(Effect.BUGCHECK)
          .proved()
          .needs(Need.IRP_CALLS)
          .title("IoCancelIrp was called for IRP {irp}, which was freed {age} before")
          .why(
              "IoCancelIrp writes into the IRP and calls what it finds there as a cancel routine. A freed IRP is somebody else's memory"
                  + " (bugcheck 0x48, 0x50 or worse).")
          .fix(
              "Keep the IRP until both the cancel and the completion are done: a reference count, or a flag that both exchange, and the"
                  + " second one frees.")
          .source("windows-hardware/drivers/ddi/wdm/nf-wdm-iocancelirp")
          .settings(LATE)
          .judgedBy(CancelOfFinishedIrp::new);

  private final Trial trial;
  private final UnseenIrps unseen;

  private CancelOfFinishedIrp(Trial trial) {
    this.trial = trial;
    this.unseen = new UnseenIrps(trial);
    trial.on(IrpCancel.class, this::cancelled);
  }

  private void cancelled(IrpCancel cancel) {
    LiveIrp irp = trial.irp();
    if (irp == null) {
      LiveIrp dead = trial.tracks().irps().dead(cancel.irp());
      if (dead != null && dead.free() != null) {
        freed(cancel, dead, dead.free());
      }
    } else if (irp.state() == State.COMPLETED && irp.lastCompletion() != null) {
      completed(irp, irp.lastCompletion());
    }
  }

  private void freed(IrpCancel cancel, LiveIrp dead, TimedEvent free) {
    trial.charge(
        Charge.of(trial.event(), "cancel")
            .with(dead.lastCompletion(), "complete")
            .with(free, "free")
            .since(0)
            .address("irp", cancel.irp())
            .nanos("age", trial.nanos() - free.nanos())
            .doubted(unseen.doubt(cancel.header().client())));
  }

  private void completed(LiveIrp irp, TimedEvent completion) {
    long age = trial.nanos() - completion.nanos();
    if (age >= trial.value(LATE)) {
      trial.charge(
          Charge.of(trial.event(), "cancel")
              .saying("IoCancelIrp was called for IRP {irp}, which completed {age} before")
              .as(Severity.WARNING)
              .with(completion, "complete")
              .address("irp", irp.address())
              .nanos("age", age)
              .doubted("the IRP's memory is still there, so it may do no harm"));
    }
  }
}
