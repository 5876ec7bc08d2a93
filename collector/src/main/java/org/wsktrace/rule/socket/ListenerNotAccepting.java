package org.wsktrace.rule.socket;

import org.wsktrace.event.EventMask;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.Verb;
import org.wsktrace.event.WskEvent.OpComplete;
import org.wsktrace.event.WskEvent.OpExit;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Setting;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.Connection;
import org.wsktrace.track.Connection.State;
import org.wsktrace.track.LiveOperation;
import org.wsktrace.track.LiveSocket;
import org.wsktrace.track.Memo;
import org.wsktrace.track.fact.SocketLife;

/**
 * A socket listens, and for some time there is neither a WskAccept in flight nor WskAcceptEvent on.
 * Charged once for each socket.
 */
public final class ListenerNotAccepting {
  private static final Setting WAIT =
      Setting.seconds(
          "WSK-SOCK-021.wait", "a listening socket without an accept for so long is deaf", 5);

  public static final Rule RULE =
      Rule.declare("WSK-SOCK-021", "Listening without accepting")
          .warning(Effect.SEMANTICS)
          .strong()
          .title("Socket {socket} listens, and nothing has accepted connections for {age}")
          .why(
              "The transport keeps a few connections that nobody accepts and drops the rest: peers see refusals or connections on"
                  + " which nothing happens.")
          .fix(
              "Keep at least one WskAccept in flight, posting the next in the completion of the last, or enable WskAcceptEvent after"
                  + " the bind. Close the socket while no connections are wanted.")
          .source(
              "windows-hardware/drivers/network/listening-for-and-accepting-incoming-connections")
          .settings(WAIT)
          .judgedBy(ListenerNotAccepting::new);

  /** What is remembered of a socket. */
  private static final class Ear {
    /** The newest event since when it may be deaf: older ones don't count. */
    long since;

    boolean charged;
  }

  private final Trial trial;
  private final Overdue<LiveSocket> deaf;
  private final Memo<LiveSocket, Ear> ears;

  private ListenerNotAccepting(Trial trial) {
    this.trial = trial;
    this.deaf = new Overdue<>(trial.value(WAIT));
    this.ears = trial.tracks().sockets().memo(Ear::new);
    trial.on(OpComplete.class, complete -> changed(complete.verb()));
    trial.on(OpExit.class, this::returned);
    trial.onTick(() -> deaf.poll(trial.nanos(), this::late));
  }

  private void returned(OpExit exit) {
    if (exit.verb() != Verb.WSK_ACCEPT) {
      changed(exit.verb());
    }
  }

  private void changed(Verb verb) {
    switch (verb) {
      case WSK_BIND, WSK_LISTEN, WSK_ACCEPT, WSK_CONTROL_SOCKET -> {
        LiveSocket socket = trial.socket();
        if (socket != null && SocketVerbs.has(socket.category(), Verb.WSK_ACCEPT)) {
          ears.of(socket).since = trial.event().seq();
          deaf.watch(socket, trial.event());
        }
      }
      default -> {}
    }
  }

  private void late(LiveSocket socket, TimedEvent since) {
    Ear ear = ears.of(socket);
    if (ear.charged
        || ear.since != since.seq()
        || socket.state() != SocketLife.State.OPEN
        || !isDeaf(socket)) {
      return;
    }
    ear.charged = true;
    trial.charge(
        Charge.late(trial.event())
            .with(socket.creation(), "create")
            .with(since, "last")
            .blaming(socket.creation())
            // Whether its callbacks are on for all sockets of the client may be said long before.
            .since(0)
            .address("socket", socket.address())
            .nanos("age", trial.nanos() - since.nanos()));
  }

  private static boolean isDeaf(LiveSocket socket) {
    Connection connection = socket.connection();
    if (connection.state() != State.LISTENING
        || connection.death() != null
        || !connection.disabled(EventMask.ACCEPT)) {
      return false;
    }
    for (LiveOperation operation : socket.operations()) {
      if (operation.verb() == Verb.WSK_ACCEPT) {
        return false;
      }
    }
    return true;
  }
}
