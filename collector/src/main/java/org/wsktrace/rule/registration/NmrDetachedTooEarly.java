package org.wsktrace.rule.registration;

import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent.DriverUnloadExit;
import org.wsktrace.event.WskEvent.RegExit;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveOperation;
import org.wsktrace.track.registration.LiveRegistration;
import org.wsktrace.track.registration.LiveRegistration.Kind;
import org.wsktrace.track.registration.LiveRegistration.State;

/**
 * A client of the Network Module Registrar is detached from WSK, or its driver unloaded, in the
 * wrong order. ClientDetachProvider itself is not recorded. What is seen: the deregistration came
 * to its end while a call of the provider had not returned or its IRP had not completed, so
 * ClientDetachProvider must have said that it was done; and DriverUnload returned while
 * NmrDeregisterClient was pending.
 */
public final class NmrDetachedTooEarly {
  public static final Rule RULE =
      Rule.declare("WSK-REG-011", "Detached from the registrar too early")
          .error(Effect.BUGCHECK)
          .proved()
          .title("{what}")
          .why(
              "When the detach is over WSK forgets the client, and when DriverUnload has returned its code is gone: a call that is still"
                  + " under way completes into memory that is not there.")
          .fix(
              "Return STATUS_PENDING from ClientDetachProvider while calls are in progress, end it by NmrClientDetachProviderComplete,"
                  + " and wait for NmrWaitForClientDeregisterComplete in DriverUnload.")
          .source("windows-hardware/drivers/network/unregistering-and-unloading-the-wsk-client")
          .judgedBy(NmrDetachedTooEarly::new);

  private final Trial trial;

  private NmrDetachedTooEarly(Trial trial) {
    this.trial = trial;
    trial.on(RegExit.class, this::returned);
    trial.on(DriverUnloadExit.class, this::unloaded);
  }

  private void returned(RegExit exit) {
    LiveRegistration over = trial.tracks().registrations().endedBy(exit);
    if (over == null || over.kind() != Kind.NMR) {
      return;
    }
    for (LiveOperation operation : trial.tracks().operations().living()) {
      TimedEvent enter = operation.enter();
      if (operation.client() == over.client()
          && ProviderCalls.contains(operation.verb())
          && enter != null
          && (operation.inCall() || operation.inFlight())) {
        Charge charge =
            Charge.of(trial.event(), "detached")
                .with(over.deregister(), "deregister")
                .blaming(over.first())
                .with(over.first(), over.firstRole())
                .words(
                    "what",
                    "%s was under way when the client had detached from the registrar"
                        .formatted(operation.describe()));
        trial.charge(operation.inFlight() ? charge.against(operation) : charge.showing(operation));
        return;
      }
    }
  }

  private void unloaded(DriverUnloadExit unload) {
    for (LiveRegistration left : trial.tracks().registrations().of(unload.header().client())) {
      if (left.kind() == Kind.NMR && left.state() == State.DRAINING) {
        trial.charge(
            Charge.of(trial.event(), "unloaded")
                .with(left.first(), left.firstRole())
                .with(left.deregister(), "deregister")
                .blaming(left.deregister() == null ? left.first() : left.deregister())
                .words(
                    "what",
                    "DriverUnload returned while the deregistration from the registrar was pending"));
      }
    }
  }
}
