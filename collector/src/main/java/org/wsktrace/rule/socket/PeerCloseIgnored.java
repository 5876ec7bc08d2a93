package org.wsktrace.rule.socket;

import org.wsktrace.event.CallbackKind;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.Verb;
import org.wsktrace.event.WskEvent.CallbackEnter;
import org.wsktrace.event.WskEvent.OpComplete;
import org.wsktrace.event.WskEvent.RecvEnter;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Setting;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.Connection;
import org.wsktrace.track.Connection.State;
import org.wsktrace.track.Connection.Step;
import org.wsktrace.track.LiveOperation;
import org.wsktrace.track.LiveSocket;
import org.wsktrace.track.Memo;
import org.wsktrace.track.fact.SocketLife;

/**
 * The peer has disconnected (a WskReceive that completes with success and 0 bytes, or
 * WskDisconnectEvent), and the driver neither disconnects its half nor closes, though it sends
 * nothing any more; or it goes on receiving in a loop.
 */
public final class PeerCloseIgnored {
  private static final Setting WAIT =
      Setting.seconds(
          "WSK-SOCK-013.wait",
          "a half-open connection on which nothing is sent for so long is forgotten",
          10);

  private static final Setting SPINS =
      Setting.count(
          "WSK-SOCK-013.receives", "so many receives after the end of the data are a loop", 3);

  private static final String LOOP =
      "{count} receives were posted on socket {socket} after the peer had disconnected";

  public static final Rule RULE =
      Rule.declare("WSK-SOCK-013", "Peer's disconnect ignored")
          .warning(Effect.HANG)
          .strong()
          .title("The peer of socket {socket} disconnected {age} ago, and the driver does nothing")
          .why(
              "A receive that completes with success and 0 bytes says that nothing more will come. The half-open connection stays,"
                  + " with its port and its memory, and each further receive completes at once with 0 bytes again.")
          .fix(
              "On 0 bytes, finish sending, call WskDisconnect for the own half, then WskCloseSocket.")
          .source("windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_disconnect_event")
          .settings(WAIT, SPINS)
          .judgedBy(PeerCloseIgnored::new);

  private final Trial trial;
  private final Overdue<LiveSocket> halfOpen;
  private final Memo<LiveSocket, int[]> receives;

  private PeerCloseIgnored(Trial trial) {
    this.trial = trial;
    this.halfOpen = new Overdue<>(trial.value(WAIT));
    this.receives = trial.tracks().sockets().memo(() -> new int[1]);
    trial.on(OpComplete.class, this::completed);
    trial.on(CallbackEnter.class, this::called);
    trial.on(RecvEnter.class, this::received);
    trial.onTick(() -> halfOpen.poll(trial.nanos(), this::late));
  }

  private void completed(OpComplete complete) {
    if (complete.information() == 0
        && complete.verb() == Verb.WSK_RECEIVE
        && complete.ioStatus() >= 0) {
      watch();
    }
  }

  private void called(CallbackEnter call) {
    if (call.kind() == CallbackKind.WSK_DISCONNECT_EVENT) {
      watch();
    }
  }

  /** Whether it is the end of the data shows when the event has been applied. */
  private void watch() {
    LiveSocket socket = trial.socket();
    if (socket != null && socket.connection().cause(Step.PEER_CLOSE) == null) {
      halfOpen.watch(socket, trial.event());
    }
  }

  private void received(RecvEnter call) {
    LiveSocket socket = trial.socket();
    if (socket == null
        || socket.connection().state() != State.PEER_CLOSED
        || call.verb() != Verb.WSK_RECEIVE
        || socket.state() != SocketLife.State.OPEN) {
      return;
    }
    int[] count = receives.of(socket);
    if (++count[0] == trial.value(SPINS)) {
      trial.charge(
          Charge.of(trial.event(), "receive")
              .with(socket.connection().cause(Step.PEER_CLOSE), "end of data")
              .saying(LOOP)
              .address("socket", socket.address())
              .count("count", count[0]));
    }
  }

  private void late(LiveSocket socket, TimedEvent since) {
    Connection connection = socket.connection();
    if (socket.state() != SocketLife.State.OPEN
        || connection.state() != State.PEER_CLOSED
        || !since.equals(connection.cause(Step.PEER_CLOSE))
        || connection.disconnect() != null) {
      return;
    }
    if (sends(socket)) {
      halfOpen.watch(socket, since, trial.nanos());
      return;
    }
    trial.charge(
        Charge.late(trial.event())
            .with(socket.creation(), socket.adopted() ? "first use" : "create")
            .with(since, "end of data")
            .blaming(socket.creation())
            .address("socket", socket.address())
            .nanos("age", trial.nanos() - since.nanos()));
  }

  /** A half-open connection is legal while the driver has something to send. */
  private boolean sends(LiveSocket socket) {
    TimedEvent sent = socket.connection().lastSent();
    if (sent != null && trial.nanos() - sent.nanos() < trial.value(WAIT)) {
      return true;
    }
    for (LiveOperation operation : socket.operations()) {
      if (operation.verb() == Verb.WSK_SEND) {
        return true;
      }
    }
    return false;
  }
}
