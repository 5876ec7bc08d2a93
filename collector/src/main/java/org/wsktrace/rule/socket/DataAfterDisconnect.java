package org.wsktrace.rule.socket;

import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.Verb;
import org.wsktrace.event.WskEvent.CallbackEnter;
import org.wsktrace.event.WskEvent.DataEnter;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Setting;
import org.wsktrace.rule.Severity;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.Connection;
import org.wsktrace.track.Connection.State;
import org.wsktrace.track.Connection.Step;
import org.wsktrace.track.LiveOperation;
import org.wsktrace.track.LiveSocket;
import org.wsktrace.track.fact.SocketLife;

/**
 * Data is sent after the driver's own WskDisconnect was called, or sent or received after a
 * disconnect with force, by either side. One that the peer has made is a race when it was told only
 * a moment before.
 */
public final class DataAfterDisconnect {
  private static final Setting RACE =
      Setting.millis(
          "WSK-SOCK-010.race", "a call this soon after WskDisconnectEvent could not know of it", 1);

  public static final Rule RULE =
      Rule.declare("WSK-SOCK-010", "Data after disconnect")
          .warning(Effect.SEMANTICS)
          .proved()
          .title("{verb} was called on socket {socket} after {disconnect}")
          .why(
              "After a disconnect nothing more can be sent, and after one with force nothing received either: the call fails and the"
                  + " data goes nowhere.")
          .fix(
              "Keep a flag with the socket that is set before WskDisconnect and in WskDisconnectEvent, and look at it before each"
                  + " send.")
          .source("windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_disconnect")
          .settings(RACE)
          .judgedBy(DataAfterDisconnect::new);

  private final Trial trial;

  private DataAfterDisconnect(Trial trial) {
    this.trial = trial;
    trial.on(DataEnter.class, this::entered);
  }

  private void entered(DataEnter call) {
    LiveSocket socket = trial.socket();
    if (socket == null || socket.connection().state() == State.UNKNOWN) {
      return;
    }
    Connection connection = socket.connection();
    if (connection.disconnect() == null && connection.state() != State.RESET) {
      return;
    }
    boolean sends = call.verb() == Verb.WSK_SEND || call.verb() == Verb.WSK_DISCONNECT;
    boolean receives = call.verb() == Verb.WSK_RECEIVE && connection.state() == State.RESET;
    if ((sends || receives)
        && trial.operation() == null
        && socket.state() == SocketLife.State.OPEN) {
      charge(call.verb(), socket);
    }
  }

  private void charge(Verb verb, LiveSocket socket) {
    LiveOperation own = socket.connection().disconnect();
    TimedEvent abort = socket.connection().cause(Step.ABORT);
    Charge charge =
        Charge.of(trial.event(), "call")
            .words("verb", verb.label())
            .address("socket", socket.address());
    if (abort != null && abort.event() instanceof CallbackEnter) {
      trial.charge(byPeer(charge, abort));
    } else if (own != null) {
      trial.charge(
          charge
              .showing(own)
              .words(
                  "disconnect", abort == null ? "its WskDisconnect" : "its abortive disconnect"));
    }
  }

  private Charge byPeer(Charge charge, TimedEvent abort) {
    Charge told =
        charge.with(abort, "disconnected").words("disconnect", "the peer's abortive disconnect");
    return trial.nanos() - abort.nanos() < trial.value(RACE) ? told.as(Severity.NOTE) : told;
  }
}
