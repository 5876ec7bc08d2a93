package org.wsktrace.rule.socket;

import org.wsktrace.event.ControlCode;
import org.wsktrace.event.Verb;
import org.wsktrace.event.WskEvent.CallEnter;
import org.wsktrace.event.WskEvent.OpEnter;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.Connection.State;
import org.wsktrace.track.Connection.Step;
import org.wsktrace.track.LiveOperation;
import org.wsktrace.track.LiveSocket;
import org.wsktrace.track.fact.SocketLife;

/**
 * SIO_WSK_SET_TCP_SILENT_MODE while sends or a disconnect are pending, and any call but
 * WskCloseSocket once the mode is on.
 */
public final class SilentSocketUsed {
  private static final String PENDING =
      "Silent mode was asked for on socket {socket} while {operation} was in flight";

  public static final Rule RULE =
      Rule.declare("WSK-SOCK-016", "Silent mode misused")
          .warning(Effect.SEMANTICS)
          .proved()
          .title("{verb} was called on socket {socket}, which is in silent mode")
          .why(
              "In silent mode the connection sends nothing on the wire and drops what comes. Whatever is pending or called then"
                  + " fails; the only call that makes sense is WskCloseSocket.")
          .fix("Let sends and disconnects complete, turn the mode on, then only close the socket.")
          .source("windows-hardware/drivers/network/sio-wsk-set-tcp-silent-mode")
          .judgedBy(SilentSocketUsed::new);

  private final Trial trial;

  private SilentSocketUsed(Trial trial) {
    this.trial = trial;
    trial.on(CallEnter.class, this::entered);
  }

  private void entered(CallEnter call) {
    LiveSocket socket = trial.socket();
    if (socket == null || socket.state() != SocketLife.State.OPEN) {
      return;
    }
    if (socket.connection().state() == State.SILENT) {
      if (call.verb() != Verb.WSK_CLOSE_SOCKET && trial.operation() == null) {
        trial.charge(
            Charge.of(trial.event(), "call")
                .with(socket.connection().cause(Step.SILENCE), "silent")
                .words("verb", call.verb().label())
                .address("socket", socket.address()));
      }
    } else if (call.verb() == Verb.WSK_CONTROL_SOCKET
        && call instanceof OpEnter control
        && ControlCode.SIO_WSK_SET_TCP_SILENT_MODE.isSetBy(control)) {
      silence(socket);
    }
  }

  private void silence(LiveSocket socket) {
    for (LiveOperation operation : socket.operations()) {
      boolean sends = operation.verb() == Verb.WSK_SEND || operation.verb() == Verb.WSK_DISCONNECT;
      if (sends && operation.inFlight() && !operation.abandoned()) {
        trial.charge(
            Charge.of(trial.event(), "silence")
                .against(operation)
                .saying(PENDING)
                .address("socket", socket.address())
                .operation("operation", operation));
        return;
      }
    }
  }
}
