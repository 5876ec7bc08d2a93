package org.wsktrace.rule.receive;

import org.wsktrace.event.IndicationRef;
import org.wsktrace.event.NtStatus;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent.CallbackExit;
import org.wsktrace.event.WskEvent.ReleaseEnter;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Once;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Setting;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.Memo;
import org.wsktrace.track.receive.Element;
import org.wsktrace.track.receive.Element.State;
import org.wsktrace.track.receive.Indication;

/**
 * Data indications are retained too long or too many: such that WSK wants back as soon as possible,
 * and more bytes of a socket than is good.
 */
public final class IndicationKeptLong {
  private static final Setting ASAP =
      Setting.millis(
          "WSK-RCV-005.asap",
          "a data indication with WSK_FLAG_RELEASE_ASAP that is retained longer is retained too long",
          10);

  private static final Setting BYTES =
      Setting.bytes("WSK-RCV-005.bytes", "more bytes retained of one socket are too many", 1 << 20);

  public static final Rule RULE =
      Rule.declare("WSK-RCV-005", "Data indications retained too long")
          .alias("WSK-PERF-015")
          .note(Effect.PERFORMANCE)
          .strong()
          .title(
              "Socket {socket} had {what} of a data indication with WSK_FLAG_RELEASE_ASAP retained for {age}")
          .why(
              "Retained indications are buffers of the network stack and the network card. When they run short, packets of all"
                  + " connections are dropped; with WSK_FLAG_RELEASE_ASAP they are short now.")
          .fix(
              "Copy the data and return STATUS_SUCCESS where the flag is set, or as soon as more than a set number of bytes is out.")
          .source(
              "windows-hardware/drivers/network/using-winsock-kernel-functions-vs--event-callback-functions")
          .settings(ASAP, BYTES)
          .judgedBy(IndicationKeptLong::new);

  /** WSK_FLAG_RELEASE_ASAP (wsk.h). */
  private static final long RELEASE_ASAP = 0x2;

  private final Trial trial;
  private final Memo<Indication, Once> judged;

  private IndicationKeptLong(Trial trial) {
    this.trial = trial;
    this.judged = trial.tracks().indications().memo(Once::new);
    trial.on(ReleaseEnter.class, this::released);
    trial.on(CallbackExit.class, this::returned);
    trial.onTick(this::look);
  }

  private void released(ReleaseEnter release) {
    for (IndicationRef ref : release.indicationRefs()) {
      Element element = trial.tracks().indications().at(ref.element());
      if (element != null && element.state() == State.RETAINED) {
        TimedEvent exit = element.indication().exit();
        if (exit != null && trial.nanos() - exit.nanos() > trial.value(ASAP)) {
          judge(element.indication(), exit, Charge.of(trial.event(), "release"));
        }
      }
    }
  }

  private void look() {
    long limit = trial.value(ASAP);
    for (Indication indication : trial.tracks().indications().retained()) {
      TimedEvent exit = indication.exit();
      if (exit == null || trial.nanos() - exit.nanos() <= limit) {
        // The eldest come first.
        return;
      }
      judge(indication, exit, Charge.late(trial.event()));
    }
  }

  private void judge(Indication indication, TimedEvent exit, Charge charge) {
    if ((indication.flags() & RELEASE_ASAP) == 0) {
      return;
    }
    if (judged.of(indication).first()) {
      trial.charge(
          charge
              .with(indication.enter(), "indicate")
              .with(exit, "retain")
              .blaming(indication.enter())
              .words("what", Amount.elements(indication.retained()))
              .address("socket", indication.socket())
              .nanos("age", trial.nanos() - exit.nanos()));
    }
  }

  private void returned(CallbackExit exit) {
    Indication indication = trial.tracks().indications().arriving(exit.header().opId());
    if (indication == null || exit.status() != NtStatus.PENDING) {
      return;
    }
    long more = 0;
    for (Element element : indication.elements()) {
      more += element.state() == State.INDICATED ? element.bytes() : 0;
    }
    long before = trial.tracks().indications().of(indication.socket()).bytes();
    long limit = trial.value(BYTES);
    if (before <= limit && before + more > limit) {
      trial.charge(
          Charge.of(trial.event(), "retain")
              .with(indication.enter(), "indicate")
              .with(trial.tracks().indications().of(indication.socket()).first(), "first retained")
              .blaming(indication.enter())
              .saying("Socket {socket} has {bytes} of data indications retained, more than {limit}")
              .address("socket", indication.socket())
              .bytes("bytes", before + more)
              .bytes("limit", limit));
    }
  }
}
