package org.wsktrace.rule.registration;

import org.wsktrace.event.NtStatus;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent.RegExit;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Once;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Setting;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.Memo;
import org.wsktrace.track.registration.LiveRegistration;
import org.wsktrace.track.registration.LiveRegistration.State;

/**
 * WskCaptureProviderNPI said that WSK is not ready, and the driver stays registered and does not
 * ask again. STATUS_NOINTERFACE is final and needs no other try; a driver that then deregisters has
 * drawn its conclusion. Whether it remembers the failure can't be seen: a guess.
 */
public final class CaptureNotRetried {
  private static final Setting WAIT =
      Setting.seconds("WSK-REG-012.wait", "a driver that wants WSK asks again before", 30);

  public static final Rule RULE =
      Rule.declare("WSK-REG-012", "Failed capture not tried again")
          .note(Effect.SEMANTICS)
          .heuristic()
          .title(
              "WskCaptureProviderNPI returned {status}, and the driver has not tried again for {age}")
          .why(
              "WSK may be ready a moment later, at boot above all. A driver that remembers the first failure for ever does not work"
                  + " until it is loaded again.")
          .fix("Try again: when WSK is wanted next, or by a timer.")
          .source("windows-hardware/drivers/ddi/wsk/nf-wsk-wskcaptureprovidernpi")
          .settings(WAIT)
          .judgedBy(CaptureNotRetried::new);

  private final Trial trial;
  private final Memo<LiveRegistration, Once> judged;

  private CaptureNotRetried(Trial trial) {
    this.trial = trial;
    this.judged = trial.tracks().registrations().memo(Once::new);
    trial.onTick(this::look);
  }

  private void look() {
    for (LiveRegistration known : trial.tracks().registrations().living()) {
      TimedEvent refusal = known.refusal();
      if (known.state() == State.REG
          && refusal != null
          && refusal.event() instanceof RegExit exit
          && trial.nanos() - refusal.nanos() >= trial.value(WAIT)
          && isPassing(exit.status())
          && judged.of(known).first()) {
        trial.charge(
            Charge.late(trial.event())
                .with(known.first(), known.firstRole())
                .with(refusal, "capture failed")
                .blaming(refusal)
                .status("status", exit.status())
                .nanos("age", trial.nanos() - refusal.nanos()));
      }
    }
  }

  private static boolean isPassing(int status) {
    return status == NtStatus.DEVICE_NOT_READY || status == NtStatus.IO_TIMEOUT;
  }
}
