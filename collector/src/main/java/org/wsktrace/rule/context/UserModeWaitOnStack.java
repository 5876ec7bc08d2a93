package org.wsktrace.rule.context;

import org.wsktrace.event.WskEvent.WaitEnter;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Need;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;

/** A wait in UserMode for an object on the stack of the thread that waits. */
public final class UserModeWaitOnStack {
  public static final Rule RULE =
      Rule.declare("WSK-CTX-008", "UserMode wait for an object on the stack")
          .error(Effect.BUGCHECK)
          .proved()
          .needs(Need.WAITS)
          .title(
              "{function} was called with WaitMode UserMode for an object on the stack, {object}")
          .why(
              "The stack of a thread that waits in UserMode may be paged out. The completion routine then sets an event in memory that is"
                  + " not there, at DISPATCH_LEVEL (bugcheck 0xA, 0xD1). An IRP beside it shares its fate.")
          .fix("Wait with WaitMode KernelMode, or put the event and the IRP into nonpaged pool.")
          .source("windows-hardware/drivers/ddi/wdm/nf-wdm-kewaitforsingleobject")
          .judgedBy(UserModeWaitOnStack::new);

  /** MODE of wdm.h. */
  private static final int USER_MODE = 1;

  private final Trial trial;

  private UserModeWaitOnStack(Trial trial) {
    this.trial = trial;
    trial.on(WaitEnter.class, this::waits);
  }

  private void waits(WaitEnter wait) {
    if (wait.waitMode() == USER_MODE
        && wait.onStack() != 0
        && !wait.waitObjects().isEmpty()
        && Waits.sleeps(wait)) {
      trial.charge(
          Charge.of(trial.event(), "wait")
              .words("function", wait.kind().label())
              .address("object", wait.waitObjects().getFirst().object()));
    }
  }
}
