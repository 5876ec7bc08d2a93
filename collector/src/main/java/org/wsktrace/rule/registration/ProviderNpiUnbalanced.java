package org.wsktrace.rule.registration;

import org.wsktrace.event.RegVerb;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent.RegEnter;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Once;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Setting;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.Memo;
import org.wsktrace.track.registration.LiveRegistration;
import org.wsktrace.track.registration.LiveRegistration.Capture;
import org.wsktrace.track.registration.LiveRegistration.State;

/**
 * WskReleaseProviderNPI more often than the provider NPI was captured; or WskDeregister waits, and
 * a capture is still held. That another thread releases it while WskDeregister waits is legal, so
 * some time must pass. A registration whose beginning is not in the trace may have captures that
 * are not seen: its releases are not counted.
 */
public final class ProviderNpiUnbalanced {
  private static final Setting WAIT =
      Setting.seconds(
          "WSK-REG-002.wait",
          "a WskDeregister that has waited so long for a release waits for ever",
          5);

  public static final Rule RULE =
      Rule.declare("WSK-REG-002", "WskCaptureProviderNPI without its WskReleaseProviderNPI")
          .error(Effect.HANG)
          .proved()
          .title(
              "The provider NPI of registration {registration} is held {held}, and WskDeregister waits for its release since {age}")
          .why(
              "WSK counts captures. With one too many WskDeregister, and so the unload of the driver, waits for ever; with a release"
                  + " too many the provider may go away while the driver still calls it.")
          .fix(
              "Release once for each capture that succeeded, on error paths too, and not for one that failed.")
          .source("windows-hardware/drivers/ddi/wsk/nf-wsk-wskcaptureprovidernpi")
          .settings(WAIT)
          .judgedBy(ProviderNpiUnbalanced::new);

  private final Trial trial;
  private final Memo<LiveRegistration, Once> judged;

  private ProviderNpiUnbalanced(Trial trial) {
    this.trial = trial;
    this.judged = trial.tracks().registrations().memo(Once::new);
    trial.on(RegEnter.class, this::entered);
    trial.onTick(this::look);
  }

  private void entered(RegEnter enter) {
    if (enter.verb() != RegVerb.WSK_RELEASE_PROVIDER_NPI) {
      return;
    }
    LiveRegistration known = trial.tracks().registrations().living(enter.registration());
    if (known != null && !known.adopted() && known.held() == 0) {
      trial.charge(
          Charge.of(trial.event(), "release")
              .with(known.first(), "register")
              .with(known.release(), "release")
              .saying(
                  "The provider NPI of registration {registration} was released more often than it was captured")
              .address("registration", known.address()));
    }
  }

  private void look() {
    for (LiveRegistration known : trial.tracks().registrations().living()) {
      TimedEvent deregister = known.deregister();
      if (known.state() != State.DRAINING
          || deregister == null
          || known.kind() != LiveRegistration.Kind.WSK
          || known.held() == 0) {
        continue;
      }
      long age = trial.nanos() - deregister.nanos();
      if (age >= trial.value(WAIT) && judged.of(known).first()) {
        Charge charge = Charge.late(trial.event()).with(deregister, "deregister");
        for (Capture capture : known.captures()) {
          charge = charge.with(capture.call(), "capture").blaming(capture.call());
        }
        trial.charge(
            charge
                .address("registration", known.address())
                .words("held", known.held() == 1 ? "once" : known.held() + " times")
                .nanos("age", age));
      }
    }
  }
}
