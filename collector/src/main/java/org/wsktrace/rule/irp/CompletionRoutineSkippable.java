package org.wsktrace.rule.irp;

import java.util.ArrayList;
import java.util.List;
import org.wsktrace.event.IrpSnap;
import org.wsktrace.event.WskEvent.CallEnter;
import org.wsktrace.event.WskEvent.SessionInfo;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveIrp;

/**
 * IoSetCompletionRoutine of the driver's own IRP with FALSE for success, error or cancel. For one
 * from above that is legal. Which bits these are says SessionInfo; without it nothing is judged.
 */
public final class CompletionRoutineSkippable {
  public static final Rule RULE =
      Rule.declare("WSK-IRP-002", "Completion routine not always invoked")
          .error(Effect.BUGCHECK)
          .proved()
          .title("{verb} was given the driver's own IRP {irp} with {missing} FALSE")
          .why(
              "An outcome that the routine was not set for passes it by: the I/O manager then finishes an IRP that is not its own, and"
                  + " whoever waits for the routine waits for ever.")
          .fix(
              "Give IoSetCompletionRoutine TRUE for InvokeOnSuccess, InvokeOnError and InvokeOnCancel.")
          .source("windows-hardware/drivers/network/using-irps-with-winsock-kernel-functions")
          .judgedBy(CompletionRoutineSkippable::new);

  private final Trial trial;
  private int onSuccess;
  private int onError;
  private int onCancel;

  private CompletionRoutineSkippable(Trial trial) {
    this.trial = trial;
    trial.on(SessionInfo.class, this::session);
    trial.on(CallEnter.class, this::entered);
  }

  private void session(SessionInfo info) {
    onSuccess = info.invokeOnSuccess();
    onError = info.invokeOnError();
    onCancel = info.invokeOnCancel();
  }

  private void entered(CallEnter call) {
    IrpSnap snap = call.irpSnap();
    int all = onSuccess | onError | onCancel;
    if ((snap.nextControl() & all) == all || snap.completion() == 0) {
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
              .words("missing", missing(snap.nextControl()))
              .doubted(origin.doubt()));
    }
  }

  private String missing(int control) {
    List<String> names = new ArrayList<>(3);
    if ((control & onSuccess) == 0) {
      names.add("InvokeOnSuccess");
    }
    if ((control & onError) == 0) {
      names.add("InvokeOnError");
    }
    if ((control & onCancel) == 0) {
      names.add("InvokeOnCancel");
    }
    return String.join(" and ", names);
  }
}
