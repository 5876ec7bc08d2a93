package org.wsktrace.rule.receive;

import org.wsktrace.event.CallbackKind;
import org.wsktrace.event.NtStatus;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent.CallbackExit;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Severity;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveSocket;
import org.wsktrace.track.fact.SocketLife.State;

/**
 * An event callback returns something that its page does not list. While the socket is being closed
 * it hardly matters any more.
 */
public final class CallbackStatusUnknown {
  public static final Rule RULE =
      Rule.declare("WSK-RCV-007", "Status that an event callback may not return")
          .warning(Effect.SEMANTICS)
          .proved()
          .title("{callback} returned {status}, which is none of the statuses that it may return")
          .why(
              "The documentation says what WSK does for the statuses it lists, and for no other: whether the data counts as taken,"
                  + " whether it comes again and whether further callbacks follow is chance.")
          .fix(
              "Return a listed status. A driver that can't take the data drops it and returns STATUS_SUCCESS, or leaves it to WSK by"
                  + " STATUS_DATA_NOT_ACCEPTED.")
          .source("windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_receive_event")
          .judgedBy(CallbackStatusUnknown::new);

  /** WskInspectPend, the highest WSK_INSPECT_ACTION (wsk.h). */
  private static final int INSPECT_PEND = 2;

  private static final int NOT_IMPLEMENTED = 0xC0000002;

  private final Trial trial;

  private CallbackStatusUnknown(Trial trial) {
    this.trial = trial;
    trial.on(CallbackExit.class, this::returned);
  }

  private void returned(CallbackExit exit) {
    if (isListed(exit.kind(), exit.status())) {
      return;
    }
    TimedEvent enter = Running.enter(trial, exit);
    LiveSocket socket = trial.socket();
    Charge charge =
        Charge.of(trial.event(), "return")
            .with(enter, "call")
            .words("callback", exit.kind().label())
            .words(
                "status",
                exit.kind() == CallbackKind.WSK_INSPECT_EVENT
                    ? Integer.toString(exit.status())
                    : NtStatus.name(exit.status()));
    charge = enter == null ? charge : charge.blaming(enter);
    boolean closing = socket != null && socket.state() != State.OPEN;
    trial.charge(closing ? charge.as(Severity.NOTE) : charge);
  }

  private static boolean isListed(CallbackKind kind, int status) {
    return switch (kind) {
      case WSK_RECEIVE_EVENT, WSK_RECEIVE_FROM_EVENT ->
          status == NtStatus.SUCCESS
              || status == NtStatus.PENDING
              || status == NtStatus.DATA_NOT_ACCEPTED;
      case WSK_ACCEPT_EVENT ->
          status == NtStatus.SUCCESS || status == NtStatus.REQUEST_NOT_ACCEPTED;
      case WSK_INSPECT_EVENT -> status >= 0 && status <= INSPECT_PEND;
      case WSK_ABORT_EVENT, WSK_DISCONNECT_EVENT, WSK_SEND_BACKLOG_EVENT ->
          status == NtStatus.SUCCESS;
      case WSK_CLIENT_EVENT -> status == NtStatus.SUCCESS || status == NOT_IMPLEMENTED;
      case UNKNOWN -> true;
    };
  }
}
