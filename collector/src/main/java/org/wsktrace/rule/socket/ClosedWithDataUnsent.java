package org.wsktrace.rule.socket;

import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.Verb;
import org.wsktrace.event.WskEvent.OpEnter;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Setting;
import org.wsktrace.rule.Severity;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.Connection;
import org.wsktrace.track.Connection.State;
import org.wsktrace.track.LiveOperation;
import org.wsktrace.track.LiveSocket;
import org.wsktrace.track.fact.SocketLife;

/**
 * WskCloseSocket of a connection that was never disconnected, with sends in flight, or soon after
 * the last one. A driver that means to abort says so with WSK_FLAG_ABORTIVE; one that closes while
 * a disconnect pends recovers from it. The second form may be meant and is a note, and nothing is
 * said where the peer has answered since: it has read then what was sent.
 */
public final class ClosedWithDataUnsent {
  private static final Setting SOON =
      Setting.seconds(
          "WSK-SOCK-012.soon", "what was sent this short before the close may not be read yet", 1);

  private static final String SENT =
      "Socket {socket} was closed {age} after its last send, without WskDisconnect: the peer sees a reset";

  public static final Rule RULE =
      Rule.declare("WSK-SOCK-012", "Closed with data unsent")
          .warning(Effect.CORRUPTION)
          .strong()
          .title("Socket {socket} was closed without WskDisconnect while {operation} was in flight")
          .why(
              "WskCloseSocket disconnects with force unless both sides have disconnected: what is not sent is dropped, and the peer"
                  + " gets a reset instead of an end, which may throw away what it has not read.")
          .fix(
              "Wait for the sends, call WskDisconnect without WSK_FLAG_ABORTIVE, wait for it and for a receive of 0 bytes, then close."
                  + " Where an abort is meant, say so with WSK_FLAG_ABORTIVE.")
          .source("windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_close_socket")
          .settings(SOON)
          .judgedBy(ClosedWithDataUnsent::new);

  private final Trial trial;

  private ClosedWithDataUnsent(Trial trial) {
    this.trial = trial;
    trial.on(OpEnter.class, this::entered);
  }

  private void entered(OpEnter call) {
    LiveSocket socket = trial.socket();
    if (call.verb() != Verb.WSK_CLOSE_SOCKET
        || socket == null
        || socket.state() != SocketLife.State.OPEN) {
      return;
    }
    Connection connection = socket.connection();
    boolean open = connection.state() == State.CONNECTED || connection.state() == State.PEER_CLOSED;
    if (open && connection.disconnect() == null && connection.death() == null) {
      judge(socket, connection);
    }
  }

  private void judge(LiveSocket socket, Connection connection) {
    for (LiveOperation operation : socket.operations()) {
      if (operation.verb() == Verb.WSK_SEND && operation.inFlight() && !operation.abandoned()) {
        trial.charge(
            Charge.of(trial.event(), "close")
                .against(operation)
                .address("socket", socket.address())
                .operation("operation", operation));
        return;
      }
    }
    TimedEvent sent = connection.lastSent();
    TimedEvent answer = connection.lastReceived();
    boolean answered = sent != null && answer != null && answer.seq() > sent.seq();
    if (sent != null && !answered && trial.nanos() - sent.nanos() < trial.value(SOON)) {
      trial.charge(
          Charge.of(trial.event(), "close")
              .with(sent, "last send")
              .saying(SENT)
              .address("socket", socket.address())
              .nanos("age", trial.nanos() - sent.nanos())
              .as(Severity.NOTE)
              .doubted("the peer may have read it all, or the abort may be meant"));
    }
  }
}
