package org.wsktrace.rule.registration;

import org.jspecify.annotations.Nullable;
import org.wsktrace.event.RegVerb;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent.DriverUnloadExit;
import org.wsktrace.event.WskEvent.RegEnter;
import org.wsktrace.event.WskEvent.RegExit;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.registration.LiveRegistration;
import org.wsktrace.track.registration.LiveRegistration.State;

/**
 * A WSK_REGISTRATION is registered while it is registered already; or deregistered twice, or though
 * its WskRegister failed; or still there when its driver is gone. Several registrations of one
 * driver are legal, each with a block of its own. A WskDeregister of a block that was never seen is
 * not judged.
 */
public final class RegistrationUnbalanced {
  public static final Rule RULE =
      Rule.declare("WSK-REG-001", "WskRegister without its WskDeregister")
          .error(Effect.BUGCHECK)
          .proved()
          .title("Registration {registration} {how}")
          .why(
              "The registration is a link in WSK's lists. Registered twice it tears them; given back twice, or though it failed, it"
                  + " makes WSK walk through memory that is no registration; never given back it leaves WSK with pointers into a"
                  + " driver that is gone.")
          .fix(
              "Register once, in DriverEntry or behind a reference count, remember whether that succeeded, and deregister exactly then.")
          .source("windows-hardware/drivers/ddi/wsk/nf-wsk-wskregister")
          .judgedBy(RegistrationUnbalanced::new);

  private final Trial trial;

  /** Returns of WskRegister that failed, by the block. */
  private final Recent<Long, TimedEvent> failed = new Recent<>();

  private RegistrationUnbalanced(Trial trial) {
    this.trial = trial;
    trial.on(RegEnter.class, this::entered);
    trial.on(RegExit.class, this::returned);
    trial.on(DriverUnloadExit.class, this::unloaded);
  }

  private void entered(RegEnter enter) {
    long block = enter.registration();
    LiveRegistration living = trial.tracks().registrations().living(block);
    if (living != null && living.client() != enter.header().client()) {
      // The unload of a driver was not seen, and another one has its memory now.
      return;
    }
    if (enter.verb() == RegVerb.WSK_REGISTER && living != null) {
      charge(
          Charge.of(trial.event(), "register again").with(living.first(), living.firstRole()),
          block,
          "was registered while it was registered already");
    } else if (enter.verb() == RegVerb.WSK_DEREGISTER) {
      deregister(block, living);
    }
  }

  private void deregister(long block, @Nullable LiveRegistration living) {
    Charge charge = Charge.of(trial.event(), "deregister again");
    LiveRegistration dead = trial.tracks().registrations().dead(block);
    TimedEvent failure = failed.get(block);
    if (living != null && living.state() == State.DRAINING) {
      charge(charge.with(living.deregister(), "deregister"), block, "was deregistered twice");
    } else if (living == null && failure != null) {
      charge(
          Charge.of(trial.event(), "deregister").with(failure, "register failed"),
          block,
          "was deregistered though its WskRegister failed");
    } else if (living == null
        && dead != null
        && dead.client() == trial.event().event().header().client()
        && dead.deregister() != null) {
      charge(charge.with(dead.deregister(), "deregister"), block, "was deregistered twice");
    }
  }

  private void returned(RegExit exit) {
    if (exit.verb() == RegVerb.WSK_REGISTER) {
      if (exit.status() < 0) {
        failed.put(exit.registration(), trial.event());
      } else {
        failed.remove(exit.registration());
      }
    }
  }

  private void unloaded(DriverUnloadExit unload) {
    for (LiveRegistration left : trial.tracks().registrations().of(unload.header().client())) {
      if (left.deregister() == null) {
        charge(
            Charge.of(trial.event(), "unloaded")
                .with(left.first(), left.firstRole())
                .blaming(left.first()),
            left.address(),
            "was never deregistered, and its driver is unloaded");
      }
    }
  }

  private void charge(Charge charge, long block, String how) {
    trial.charge(charge.address("registration", block).words("how", how));
  }
}
