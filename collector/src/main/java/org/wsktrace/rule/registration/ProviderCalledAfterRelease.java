package org.wsktrace.rule.registration;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.Verb;
import org.wsktrace.event.WskEvent.AddrInfoFree;
import org.wsktrace.event.WskEvent.OpEnter;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.registration.LiveRegistration;
import org.wsktrace.track.registration.LiveRegistration.Kind;

/**
 * A call of WSK_PROVIDER_DISPATCH when the driver holds the provider NPI no more. Which of its
 * registrations the call is for is not recorded, so a driver that holds one more is not judged, nor
 * one whose beginning is not in the trace. Calls on sockets stay legal.
 */
public final class ProviderCalledAfterRelease {
  public static final Rule RULE =
      Rule.declare("WSK-REG-003", "Provider called after WskReleaseProviderNPI")
          .error(Effect.BUGCHECK)
          .proved()
          .title("{call} was called after the driver had {left}")
          .why(
              "From the release on the provider may detach: its dispatch table and its client handle may be gone, and the call jumps"
                  + " into whatever is there now. WskDeregister does not wait for such a call either.")
          .fix("Hold the capture for as long as sockets are created and addresses are looked up.")
          .source("windows-hardware/drivers/network/unregistering-a-winsock-kernel-application")
          .judgedBy(ProviderCalledAfterRelease::new);

  private final Trial trial;

  private ProviderCalledAfterRelease(Trial trial) {
    this.trial = trial;
    trial.on(OpEnter.class, this::entered);
    trial.on(AddrInfoFree.class, free -> judge(free.header().client(), Verb.WSK_FREE_ADDRESS_INFO));
  }

  private void entered(OpEnter call) {
    if (ProviderCalls.contains(call.verb())) {
      judge(call.header().client(), call.verb());
    }
  }

  private void judge(int client, Verb verb) {
    List<LiveRegistration> registrations = trial.tracks().registrations().of(client);
    if (registrations.isEmpty()) {
      ended(trial.tracks().registrations().lastEnded(client), verb);
      return;
    }
    TimedEvent release = null;
    Charge charge = Charge.of(trial.event(), "call");
    for (LiveRegistration known : registrations) {
      if (known.adopted() || known.held() > 0) {
        return;
      }
      charge = charge.with(known.first(), "register");
      release = later(release, known.release());
    }
    if (release != null) {
      trial.charge(
          charge
              .with(release, "release")
              .words("call", verb.label())
              .words("left", "released the provider NPI"));
    }
  }

  private void ended(@Nullable LiveRegistration last, Verb verb) {
    TimedEvent deregister = last == null ? null : last.deregister();
    if (last != null && deregister != null) {
      trial.charge(
          Charge.of(trial.event(), "call")
              .with(deregister, "deregister")
              .words("call", verb.label())
              .words(
                  "left",
                  last.kind() == Kind.WSK
                      ? "left WSK by WskDeregister"
                      : "left WSK by NmrDeregisterClient"));
    }
  }

  private static @Nullable TimedEvent later(@Nullable TimedEvent one, @Nullable TimedEvent other) {
    return one == null || (other != null && other.seq() > one.seq()) ? other : one;
  }
}
