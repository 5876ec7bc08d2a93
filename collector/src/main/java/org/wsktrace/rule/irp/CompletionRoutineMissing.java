package org.wsktrace.rule.irp;

import org.wsktrace.event.IrpSnap;
import org.wsktrace.event.WskEvent.CallEnter;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveIrp;

/**
 * An IRP that the driver made goes to WSK without a completion routine. One that came from above
 * may lack it, and one without a stack location for WSK is another rule's matter.
 */
public final class CompletionRoutineMissing {
  public static final Rule RULE =
      Rule.declare("WSK-IRP-001", "No completion routine")
          .error(Effect.BUGCHECK)
          .proved()
          .title("{verb} was given the driver's own IRP {irp} without a completion routine")
          .why(
              "With no routine to stop it, the I/O manager finishes the completion by itself, of an IRP that has no thread and no"
                  + " user's request behind it: it writes to addresses that were never set and frees the IRP under the driver.")
          .fix(
              "Call IoSetCompletionRoutine(Irp, Routine, Context, TRUE, TRUE, TRUE) before each call, again after each IoReuseIrp.")
          .source("windows-hardware/drivers/network/using-irps-with-winsock-kernel-functions")
          .judgedBy(CompletionRoutineMissing::new);

  private final Trial trial;

  private CompletionRoutineMissing(Trial trial) {
    this.trial = trial;
    trial.on(CallEnter.class, this::entered);
  }

  private void entered(CallEnter call) {
    IrpSnap snap = call.irpSnap();
    if (snap.completion() != 0 || snap.ptr() == 0 || snap.currentLocation() < 2) {
      return;
    }
    LiveIrp irp = trial.irp();
    Origin origin = Origin.of(irp, snap);
    if (origin.own() && trial.operation() == null) {
      trial.charge(
          Charge.of(trial.event(), "enter")
              .with(Origin.birth(irp), "allocate")
              .words("verb", call.verb().label())
              .address("irp", snap.ptr())
              .doubted(origin.doubt()));
    }
  }
}
