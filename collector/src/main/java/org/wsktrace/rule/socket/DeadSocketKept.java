package org.wsktrace.rule.socket;

import org.wsktrace.event.NtStatus;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.Verb;
import org.wsktrace.event.WskEvent.CallEnter;
import org.wsktrace.event.WskEvent.CallbackEnter;
import org.wsktrace.event.WskEvent.OpComplete;
import org.wsktrace.event.WskEvent.OpExit;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Setting;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.Connection;
import org.wsktrace.track.LiveSocket;
import org.wsktrace.track.Memo;
import org.wsktrace.track.fact.SocketLife.State;

/**
 * WSK said that a socket is no longer functional (STATUS_FILE_FORCED_CLOSED, or a callback without
 * a data indication, an accepted socket or an inspection id), and the driver does not close it, or
 * goes on calling it.
 */
public final class DeadSocketKept {
  private static final Setting WAIT =
      Setting.seconds(
          "WSK-SOCK-011.wait", "a dead socket that is not closed within this is kept", 2);

  private static final Setting RACE =
      Setting.millis(
          "WSK-SOCK-011.race", "a call this soon after the socket died could not know of it", 10);

  private static final String USED =
      "{verb} was called on socket {socket} {age} after WSK had said that it is dead";

  public static final Rule RULE =
      Rule.declare("WSK-SOCK-011", "Dead socket not closed")
          .alias("WSK-RCV-010")
          .warning(Effect.HANG)
          .strong()
          .title("Socket {socket} is dead for {age}, and nobody closes it")
          .why(
              "WSK has given the socket up, because the transport is going away for instance. As long as it is not closed the"
                  + " transport cannot unload, and WskDeregister waits.")
          .fix(
              "Treat STATUS_FILE_FORCED_CLOSED and a callback with NULL as the order to close the socket: queue a work item that"
                  + " calls WskCloseSocket.")
          .source("windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_receive_from_event")
          .settings(WAIT, RACE)
          .judgedBy(DeadSocketKept::new);

  private final Trial trial;
  private final Overdue<LiveSocket> dead;

  /** That a dead socket was called is said once. */
  private final Memo<LiveSocket, Boolean[]> called;

  private DeadSocketKept(Trial trial) {
    this.trial = trial;
    this.dead = new Overdue<>(trial.value(WAIT));
    this.called = trial.tracks().sockets().memo(() -> new Boolean[] {false});
    trial.on(OpComplete.class, this::completed);
    trial.on(OpExit.class, this::returned);
    trial.on(CallbackEnter.class, this::called);
    trial.on(CallEnter.class, this::entered);
    trial.onTick(() -> dead.poll(trial.nanos(), this::late));
  }

  private void completed(OpComplete complete) {
    if (complete.ioStatus() == NtStatus.FILE_FORCED_CLOSED) {
      died();
    }
  }

  private void returned(OpExit exit) {
    if (exit.status() == NtStatus.FILE_FORCED_CLOSED) {
      died();
    }
  }

  private void called(CallbackEnter call) {
    if (Connection.isDeath(call)) {
      died();
    }
  }

  private void died() {
    LiveSocket socket = trial.socket();
    if (socket != null && socket.state() == State.OPEN && socket.connection().death() == null) {
      dead.watch(socket, trial.event());
    }
  }

  private void entered(CallEnter call) {
    LiveSocket socket = trial.socket();
    TimedEvent death = socket == null ? null : socket.connection().death();
    if (socket == null || death == null || socket.state() != State.OPEN) {
      return;
    }
    long age = trial.nanos() - death.nanos();
    if (call.verb() != Verb.WSK_CLOSE_SOCKET
        && trial.operation() == null
        && age >= trial.value(RACE)
        && !called.of(socket)[0]) {
      called.of(socket)[0] = true;
      trial.charge(
          Charge.of(trial.event(), "call")
              .with(death, "dead")
              .saying(USED)
              .words("verb", call.verb().label())
              .address("socket", socket.address())
              .nanos("age", age));
    }
  }

  private void late(LiveSocket socket, TimedEvent death) {
    if (socket.state() == State.OPEN) {
      trial.charge(
          Charge.late(trial.event())
              .with(socket.creation(), socket.adopted() ? "first use" : "create")
              .with(death, "dead")
              .blaming(socket.creation())
              .address("socket", socket.address())
              .nanos("age", trial.nanos() - death.nanos()));
    }
  }
}
