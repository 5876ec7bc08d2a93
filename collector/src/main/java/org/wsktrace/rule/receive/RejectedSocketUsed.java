package org.wsktrace.rule.receive;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.wsktrace.event.CallbackKind;
import org.wsktrace.event.NtStatus;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent;
import org.wsktrace.event.WskEvent.CallEnter;
import org.wsktrace.event.WskEvent.CallbackEnter;
import org.wsktrace.event.WskEvent.CallbackExit;
import org.wsktrace.event.WskEvent.OpComplete;
import org.wsktrace.event.WskEvent.ReleaseEnter;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;

/**
 * A call on a socket that its WskAcceptEvent refused. From the return on it is WSK's, and its
 * address may be the next socket's.
 */
public final class RejectedSocketUsed {
  public static final Rule RULE =
      Rule.declare("WSK-RCV-014", "Refused socket used")
          .error(Effect.BUGCHECK)
          .proved()
          .title("{verb} on socket {socket}, which WskAcceptEvent had refused")
          .why(
              "A callback that returns STATUS_REQUEST_NOT_ACCEPTED gives the socket back: WSK closes it itself and frees its memory. A"
                  + " call jumps through a table in freed memory, and WskCloseSocket closes it twice.")
          .fix(
              "Return STATUS_SUCCESS for a socket that you keep, even to close it; forget its pointer when you refuse it.")
          .source("windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_accept_event")
          .judgedBy(RejectedSocketUsed::new);

  private static final int MAX_REFUSED = 1 << 12;

  /** The callback that refused a socket. */
  private record Refusal(@Nullable TimedEvent enter, TimedEvent exit) {}

  private final Trial trial;

  /** By the socket's address, until a socket is born there. */
  private final Map<Long, Refusal> refused = new LinkedHashMap<>();

  private RejectedSocketUsed(Trial trial) {
    this.trial = trial;
    trial.on(CallbackEnter.class, this::called);
    trial.on(CallbackExit.class, this::returned);
    trial.on(OpComplete.class, this::completed);
    trial.on(CallEnter.class, call -> used(call, call.socket(), call.verb().label()));
    trial.on(ReleaseEnter.class, release -> used(release, release.socket(), "WskRelease"));
  }

  private void called(CallbackEnter callback) {
    if (!refused.isEmpty()) {
      refused.remove(callback.acceptSocket());
      // It would not be called if the socket were gone.
      refused.remove(callback.socket());
    }
  }

  private void returned(CallbackExit exit) {
    if (exit.kind() == CallbackKind.WSK_ACCEPT_EVENT
        && exit.status() == NtStatus.REQUEST_NOT_ACCEPTED
        && exit.acceptSocket() != 0) {
      refused.put(exit.acceptSocket(), new Refusal(Running.enter(trial, exit), trial.event()));
      if (refused.size() > MAX_REFUSED) {
        Iterator<Refusal> eldest = refused.values().iterator();
        eldest.next();
        eldest.remove();
      }
    }
  }

  private void completed(OpComplete complete) {
    if (!refused.isEmpty() && complete.ioStatus() >= 0) {
      switch (complete.verb()) {
        case WSK_SOCKET, WSK_SOCKET_CONNECT, WSK_ACCEPT -> refused.remove(complete.information());
        default -> {}
      }
    }
  }

  private void used(WskEvent call, long socket, String verb) {
    if (refused.isEmpty()) {
      return;
    }
    Refusal refusal = refused.get(socket);
    if (refusal != null
        && trial.operation() == null
        && refusal.exit().event().header().client() == call.header().client()) {
      trial.charge(
          Charge.of(trial.event(), "call")
              .with(refusal.enter(), "accept")
              .with(refusal.exit(), "refuse")
              .words("verb", verb)
              .address("socket", socket));
    }
  }
}
