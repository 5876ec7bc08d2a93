package org.wsktrace.rule.socket;

import org.wsktrace.event.NtStatus;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.Verb;
import org.wsktrace.event.WskEvent.CallEnter;
import org.wsktrace.event.WskEvent.OpExit;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Setting;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveOperation;
import org.wsktrace.track.LiveSocket;
import org.wsktrace.track.fact.SocketLife.State;

/**
 * A graceful WskDisconnect does not complete, as it may when the peer does not take the data, and
 * the driver neither disconnects with force nor closes the socket.
 */
public final class DisconnectStuck {
  private static final long ABORTIVE = 0x1;

  private static final Setting WAIT =
      Setting.seconds(
          "WSK-SOCK-017.wait",
          "a graceful disconnect that takes longer needs the driver's help",
          30);

  public static final Rule RULE =
      Rule.declare("WSK-SOCK-017", "Graceful disconnect stuck")
          .warning(Effect.HANG)
          .strong()
          .title("WskDisconnect of socket {socket} is in flight for {age}, and nobody ends it")
          .why(
              "A graceful disconnect completes when the peer has acknowledged all data; with a peer that is gone that may be never."
                  + " The IRP stays, and whoever waits for it.")
          .fix(
              "Set a timer with the disconnect; when it fires, call WskDisconnect with WSK_FLAG_ABORTIVE or WskCloseSocket: both"
                  + " complete the pending IRP.")
          .source("windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_disconnect")
          .settings(WAIT)
          .judgedBy(DisconnectStuck::new);

  private final Trial trial;
  private final Overdue<LiveOperation> pending;

  private DisconnectStuck(Trial trial) {
    this.trial = trial;
    this.pending = new Overdue<>(trial.value(WAIT));
    trial.on(OpExit.class, this::returned);
    trial.onTick(() -> pending.poll(trial.nanos(), this::late));
  }

  private void returned(OpExit exit) {
    LiveOperation operation = trial.operation();
    if (exit.verb() == Verb.WSK_DISCONNECT
        && exit.status() == NtStatus.PENDING
        && operation != null
        && operation.inFlight()
        && operation.enter() != null
        && operation.enter().event() instanceof CallEnter call
        && (call.flags() & ABORTIVE) == 0) {
      pending.watch(operation, operation.enter(), trial.nanos());
    }
  }

  private void late(LiveOperation operation, TimedEvent enter) {
    LiveSocket socket = operation.socket();
    if (operation.inFlight()
        && !operation.abandoned()
        && socket != null
        && socket.state() == State.OPEN
        && socket.connection().disconnect() == operation) {
      trial.charge(
          Charge.late(trial.event())
              .showing(operation)
              .blaming(enter)
              .address("socket", socket.address())
              .nanos("age", trial.nanos() - enter.nanos()));
    }
  }
}
