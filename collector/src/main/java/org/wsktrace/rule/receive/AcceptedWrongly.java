package org.wsktrace.rule.receive;

import org.wsktrace.event.CallbackKind;
import org.wsktrace.event.NtStatus;
import org.wsktrace.event.WskEvent.CallbackEnter;
import org.wsktrace.event.WskEvent.CallbackExit;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Severity;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.receive.Indication;

/**
 * BytesAccepted of a WskReceiveEvent is more than came, or is set where WSK does not look at it. A
 * driver that leaves it alone accepts all, so only a value that it changed counts: one that was
 * there before is WSK's.
 */
public final class AcceptedWrongly {
  public static final Rule RULE =
      Rule.declare("WSK-RCV-008", "BytesAccepted set wrongly")
          .error(Effect.CORRUPTION)
          .proved()
          .title("WskReceiveEvent accepted {accepted} of the {indicated} that were indicated")
          .why(
              "WSK counts the stream by BytesAccepted: what it believes to be taken and what the driver has read differ from then on,"
                  + " so bytes are lost or come twice.")
          .fix(
              "Set BytesAccepted only to accept a part, to less than BytesIndicated, and return STATUS_SUCCESS with it.")
          .source("windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_receive_event")
          .judgedBy(AcceptedWrongly::new);

  private final Trial trial;

  private AcceptedWrongly(Trial trial) {
    this.trial = trial;
    trial.on(CallbackExit.class, this::returned);
  }

  private void returned(CallbackExit exit) {
    if (exit.kind() != CallbackKind.WSK_RECEIVE_EVENT) {
      return;
    }
    Indication indication = trial.tracks().indications().arriving(exit.header().opId());
    if (indication == null
        || !(indication.enter().event() instanceof CallbackEnter enter)
        || enter.bytesAccepted() == exit.bytesAccepted()) {
      return;
    }
    int compared = Long.compareUnsigned(exit.bytesAccepted(), enter.bytesIndicated());
    Charge charge =
        Charge.of(trial.event(), "return")
            .with(indication.enter(), "indicate")
            .blaming(indication.enter())
            .bytes("accepted", exit.bytesAccepted())
            .bytes("indicated", enter.bytesIndicated());
    if (exit.status() == NtStatus.SUCCESS && compared > 0) {
      trial.charge(charge);
    } else if (exit.status() != NtStatus.SUCCESS && compared < 0 && exit.bytesAccepted() != 0) {
      trial.charge(
          charge
              .as(Severity.NOTE)
              .status("status", exit.status())
              .saying(
                  "WskReceiveEvent accepted {accepted} of {indicated} and returned {status}, for which"
                      + " BytesAccepted is ignored"));
    }
  }
}
