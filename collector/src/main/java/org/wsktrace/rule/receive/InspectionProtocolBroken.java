package org.wsktrace.rule.receive;

import org.wsktrace.event.CallbackKind;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.Verb;
import org.wsktrace.event.WskEvent.CallbackExit;
import org.wsktrace.event.WskEvent.OpEnter;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Setting;
import org.wsktrace.rule.Severity;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.receive.Inspection;
import org.wsktrace.track.receive.Inspection.State;

/**
 * A connection request is decided twice, never, or with no decision. A WskInspectComplete may come
 * before the WskInspectEvent returns WskInspectPend, on another processor; and one that races with
 * WskAbortEvent is nobody's fault.
 */
public final class InspectionProtocolBroken {
  private static final Setting WAIT =
      Setting.seconds("WSK-RCV-013.wait", "a request that is pended so long was forgotten", 60);

  private static final Setting RACE =
      Setting.millis(
          "WSK-RCV-013.race", "a completion so soon after WskAbortEvent could not know of it", 100);

  public static final Rule RULE =
      Rule.declare("WSK-RCV-013", "Connection request not decided once")
          .warning(Effect.HANG)
          .strong()
          .title("Request {key}:{serial} was completed, {how}")
          .why(
              "A pended connection request waits for one WskInspectComplete, with WskInspectAccept or WskInspectReject, unless"
                  + " WskAbortEvent ends it. Undecided ones keep the peer and the listening socket's memory; a second decision is for"
                  + " a request that is gone, or for another one with its number.")
          .fix(
              "Keep the pended requests in a table by Key and SerialNumber: take one out when you decide it and when WskAbortEvent"
                  + " names it, and complete only what you took out.")
          .source("windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_inspect_complete")
          .settings(WAIT, RACE)
          .judgedBy(InspectionProtocolBroken::new);

  /** WSK_INSPECT_ACTION (wsk.h): WskInspectReject is 0, WskInspectAccept 1, WskInspectPend 2. */
  private static final int ACCEPT = 1;

  private static final int PEND = 2;

  private final Trial trial;

  /** Number of the last WskInspectEvent whose request is found to wait. */
  private long lastLate;

  private InspectionProtocolBroken(Trial trial) {
    this.trial = trial;
    trial.on(OpEnter.class, this::entered);
    trial.on(CallbackExit.class, this::returned);
    trial.onTick(this::look);
  }

  private void entered(OpEnter call) {
    if (call.verb() != Verb.WSK_INSPECT_COMPLETE) {
      return;
    }
    if (call.inspectAction() > ACCEPT) {
      trial.charge(
          of(call.inspectKey(), call.inspectSerial(), Charge.of(trial.event(), "complete"))
              .words(
                  "how", "with an action that is neither WskInspectAccept nor WskInspectReject"));
      return;
    }
    Inspection inspection =
        trial.tracks().inspections().of(call.socket(), call.inspectKey(), call.inspectSerial());
    if (inspection == null) {
      return;
    }
    switch (inspection.state()) {
      case COMPLETED -> complete(inspection, "which another WskInspectComplete had done before");
      case ANSWERED -> complete(inspection, "which its WskInspectEvent had decided itself");
      case ABORTED -> {
        TimedEvent abort = inspection.abort();
        if (abort != null && trial.nanos() - abort.nanos() > trial.value(RACE)) {
          trial.charge(completed(inspection, "after WskAbortEvent had ended it").as(Severity.NOTE));
        }
      }
      case INSPECTED, PENDED -> {}
    }
  }

  private void complete(Inspection inspection, String how) {
    trial.charge(completed(inspection, how));
  }

  private Charge completed(Inspection inspection, String how) {
    return of(inspection.key(), inspection.serial(), Charge.of(trial.event(), "complete"))
        .with(inspection.enter(), "inspect")
        .with(inspection.exit(), "return")
        .with(inspection.complete(), "first complete")
        .with(inspection.abort(), "abort")
        .words("how", how);
  }

  private void returned(CallbackExit exit) {
    if (exit.kind() != CallbackKind.WSK_INSPECT_EVENT || exit.status() == PEND) {
      return;
    }
    Inspection inspection = trial.tracks().inspections().running(exit.header().opId());
    if (inspection != null
        && inspection.state() == State.COMPLETED
        && inspection.complete() != null) {
      trial.charge(
          of(inspection.key(), inspection.serial(), Charge.of(trial.event(), "return"))
              .with(inspection.enter(), "inspect")
              .with(inspection.complete(), "complete")
              .blaming(inspection.complete())
              .words("how", "and then its WskInspectEvent decided it too"));
    }
  }

  private void look() {
    long limit = trial.value(WAIT);
    long latest = lastLate;
    for (long socket : trial.tracks().inspections().sockets()) {
      for (Inspection open : trial.tracks().inspections().open(socket)) {
        if (trial.nanos() - open.enter().nanos() < limit) {
          // The eldest come first.
          break;
        }
        if (open.state() == State.PENDED && open.enter().seq() > lastLate) {
          latest = Math.max(latest, open.enter().seq());
          late(open);
        }
      }
    }
    lastLate = latest;
  }

  private void late(Inspection open) {
    trial.charge(
        of(open.key(), open.serial(), Charge.late(trial.event()))
            .with(open.enter(), "inspect")
            .with(open.exit(), "pend")
            .blaming(open.enter())
            .saying("Request {key}:{serial} has been pended for {age} and is not decided")
            .nanos("age", trial.nanos() - open.enter().nanos())
            .doubted("it may still be decided"));
  }

  private static Charge of(long key, long serial, Charge charge) {
    return charge.address("key", key).count("serial", serial);
  }
}
