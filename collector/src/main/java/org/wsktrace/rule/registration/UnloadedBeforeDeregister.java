package org.wsktrace.rule.registration;

import org.wsktrace.event.WskEvent.DriverUnloadExit;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.registration.LiveRegistration;
import org.wsktrace.track.registration.LiveRegistration.Kind;
import org.wsktrace.track.registration.LiveRegistration.State;

/**
 * DriverUnload returned while a WskDeregister of the driver, on another thread, had not. For the
 * registrar see {@link NmrDetachedTooEarly}.
 */
public final class UnloadedBeforeDeregister {
  public static final Rule RULE =
      Rule.declare("WSK-REG-006", "Unloaded before WskDeregister returned")
          .error(Effect.BUGCHECK)
          .proved()
          .title("DriverUnload returned while WskDeregister of {registration} was in progress")
          .why(
              "The image is unmapped when DriverUnload has returned. WskDeregister then returns into code that is not there, and WSK"
                  + " still has the client's dispatch table in that image.")
          .fix("Call WskDeregister in DriverUnload, or wait there for the thread that calls it.")
          .source("windows-hardware/drivers/network/unregistering-a-winsock-kernel-application")
          .judgedBy(UnloadedBeforeDeregister::new);

  private final Trial trial;

  private UnloadedBeforeDeregister(Trial trial) {
    this.trial = trial;
    trial.on(DriverUnloadExit.class, this::unloaded);
  }

  private void unloaded(DriverUnloadExit unload) {
    for (LiveRegistration left : trial.tracks().registrations().of(unload.header().client())) {
      if (left.state() == State.DRAINING && left.kind() == Kind.WSK && left.deregister() != null) {
        trial.charge(
            Charge.of(trial.event(), "unloaded")
                .with(left.deregister(), "deregister")
                .blaming(left.deregister())
                .address("registration", left.address()));
      }
    }
  }
}
