package org.wsktrace.rule.context;

import org.wsktrace.event.WskEvent.CallbackExit;
import org.wsktrace.event.WskEvent.OpCompleteExit;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveThread;
import org.wsktrace.track.LiveThread.Frame;
import org.wsktrace.track.LiveThread.Kind;

/** A callback or completion routine returns at another IRQL than it was called at. */
public final class IrqlChanged {
  public static final Rule RULE =
      Rule.declare("WSK-CTX-007", "IRQL changed by a callback or completion routine")
          .error(Effect.BUGCHECK)
          .proved()
          .title("{routine} was called at {before} and returned at {after}")
          .why(
              "Whoever called goes on at an IRQL that it does not know of: a spin lock was not released, or one of somebody else's is no"
                  + " longer protected (bugcheck 0xA, 0xB8; 0xC4 under Driver Verifier).")
          .fix(
              "Release each spin lock that the routine takes, on every path, with the IRQL that the acquire gave.")
          .source(
              "windows-hardware/drivers/debugger/bug-check-0xc4--driver-verifier-detected-violation")
          .judgedBy(IrqlChanged::new);

  private final Trial trial;

  private IrqlChanged(Trial trial) {
    this.trial = trial;
    trial.on(
        CallbackExit.class, exit -> returned(Kind.CALLBACK, exit.header().opId(), exit.irqlOut()));
    trial.on(
        OpCompleteExit.class,
        exit -> returned(Kind.COMPLETION, exit.header().opId(), exit.irqlOut()));
  }

  private void returned(Kind kind, long opId, int after) {
    LiveThread thread = trial.tracks().stage().thread();
    Frame frame = thread == null ? null : thread.in(kind, opId);
    if (frame != null && frame.irql() != after) {
      trial.charge(
          Charge.of(trial.event(), "routine returns")
              .with(frame.enter(), "routine")
              .blaming(frame.enter())
              .words("routine", Routine.name(frame))
              .words("before", Irql.name(frame.irql()))
              .words("after", Irql.name(after)));
    }
  }
}
