package org.wsktrace.rule.context;

import java.util.List;
import org.wsktrace.event.WskEvent.DriverUnloadExit;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveOperation;
import org.wsktrace.track.LiveThread;
import org.wsktrace.track.LiveThread.Frame;
import org.wsktrace.track.LiveThread.Kind;

/**
 * The unload routine of a driver has returned while an operation of its is in flight, or a routine
 * of its runs. Sockets that are left open, with their callbacks, are a rule of their own.
 */
public final class UnloadedInUse {
  public static final Rule RULE =
      Rule.declare("WSK-CTX-009", "Driver unloaded while WSK still calls it")
          .error(Effect.BUGCHECK)
          .proved()
          .title("The driver was unloaded while its {operation} was in flight")
          .why(
              "The completion routine is a part of the image that is now gone. When WSK calls it the system stops (bugcheck 0xCE,"
                  + " DRIVER_UNLOADED_WITHOUT_CANCELLING_PENDING_OPERATIONS).")
          .fix(
              "In DriverUnload close all sockets, wait for the completions of the closes, which come last, and then call WskDeregister.")
          .source("windows-hardware/drivers/ddi/wdm/nf-wdm-iosetcompletionroutine")
          .judgedBy(UnloadedInUse::new);

  private final Trial trial;

  private UnloadedInUse(Trial trial) {
    this.trial = trial;
    trial.on(DriverUnloadExit.class, this::unloaded);
  }

  private void unloaded(DriverUnloadExit unload) {
    int client = unload.header().client();
    for (LiveOperation operation : List.copyOf(trial.tracks().operations().living())) {
      if (operation.client() == client
          && operation.enter() != null
          && operation.inFlight()
          && !operation.abandoned()) {
        trial.charge(
            Charge.of(trial.event(), "unload")
                .against(operation)
                .blaming(operation.enter())
                .operation("operation", operation));
      }
    }
    for (LiveThread thread : trial.tracks().threads().living()) {
      if (thread != trial.tracks().stage().thread()) {
        thread.frames().forEach(frame -> running(frame, client));
      }
    }
  }

  private void running(Frame frame, int client) {
    boolean routine = frame.kind() == Kind.COMPLETION || frame.kind() == Kind.CALLBACK;
    if (routine && frame.enter().event().header().client() == client) {
      trial.charge(
          Charge.of(trial.event(), "unload")
              .saying("{routine} was still running when its driver was unloaded")
              .with(frame.enter(), "routine")
              .blaming(frame.enter())
              .words("routine", Routine.name(frame)));
    }
  }
}
