package org.wsktrace.rule.context;

import org.wsktrace.event.WaitKind;
import org.wsktrace.event.WskEvent.WaitEnter;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Need;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;

/** A wait at DISPATCH_LEVEL or above. A look at an object, with a timeout of zero, is none. */
public final class WaitAtDispatch {
  public static final Rule RULE =
      Rule.declare("WSK-CTX-002", "Wait at DISPATCH_LEVEL")
          .error(Effect.BUGCHECK)
          .proved()
          .needs(Need.WAITS)
          .title("{function} was called at {irql}, to wait{how}")
          .why(
              "At DISPATCH_LEVEL the scheduler does not run on this processor. A thread that is put to sleep there is a bugcheck (0xB8,"
                  + " ATTEMPTED_SWITCH_FROM_DPC; 0xC4 under Driver Verifier), or takes the processor with it.")
          .fix(
              "Do not wait in a callback, a completion routine or under a spin lock: queue a work item, or let the completion routine go on"
                  + " with what comes next.")
          .source("windows-hardware/drivers/ddi/wdm/nf-wdm-kewaitforsingleobject")
          .judgedBy(WaitAtDispatch::new);

  private final Trial trial;

  private WaitAtDispatch(Trial trial) {
    this.trial = trial;
    trial.on(WaitEnter.class, this::waits);
  }

  private void waits(WaitEnter wait) {
    if (wait.header().irql() >= Irql.DISPATCH && Waits.sleeps(wait)) {
      trial.charge(
          Charge.of(trial.event(), "wait")
              .words("function", wait.kind().label())
              .words("irql", Irql.name(wait.header().irql()))
              .words(
                  "how",
                  wait.hasTimeout() == 0 && wait.kind() != WaitKind.KE_DELAY_EXECUTION_THREAD
                      ? " without end"
                      : ""));
    }
  }
}
