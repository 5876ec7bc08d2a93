package org.wsktrace.rule.socket;

import org.wsktrace.event.ControlCode;
import org.wsktrace.event.Verb;
import org.wsktrace.event.WskEvent.OpEnter;
import org.wsktrace.event.WskEvent.SendEnter;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.Connection.State;
import org.wsktrace.track.LiveOperation;
import org.wsktrace.track.LiveSocket;
import org.wsktrace.track.fact.SocketLife;

/**
 * WskSendTo or WskSendMessages without a remote address, on a socket that has none of its own: no
 * SIO_WSK_SET_REMOTE_ADDRESS and no SIO_WSK_SET_SENDTO_ADDRESS has succeeded.
 */
public final class DestinationMissing {
  public static final Rule RULE =
      Rule.declare("WSK-SOCK-019", "Datagram without destination")
          .warning(Effect.SEMANTICS)
          .proved()
          .title("{verb} was called on socket {socket} without a remote address{why}")
          .why("Nobody knows where the datagram is to go: the call fails and nothing is sent.")
          .fix(
              "Pass the address, or wait for SIO_WSK_SET_REMOTE_ADDRESS or SIO_WSK_SET_SENDTO_ADDRESS to complete first.")
          .source("windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_send_to")
          .judgedBy(DestinationMissing::new);

  private final Trial trial;

  private DestinationMissing(Trial trial) {
    this.trial = trial;
    trial.on(SendEnter.class, this::entered);
  }

  private void entered(SendEnter call) {
    if (call.verb() != Verb.WSK_SEND_TO && call.verb() != Verb.WSK_SEND_MESSAGES) {
      return;
    }
    LiveSocket socket = trial.socket();
    if (socket != null
        && !socket.connection().fixed()
        && trial.operation() == null
        && call.remoteAddress().isAbsent()
        && socket.state() == SocketLife.State.OPEN
        && socket.connection().state() == State.BOUND) {
      charge(call, socket);
    }
  }

  private void charge(SendEnter call, LiveSocket socket) {
    Charge charge =
        Charge.of(trial.event(), "send")
            .with(socket.creation(), "create")
            .words("verb", call.verb().label())
            .address("socket", socket.address());
    for (LiveOperation operation : socket.operations()) {
      if (operation.enter() != null
          && operation.enter().event() instanceof OpEnter control
          && sets(control)) {
        trial.charge(
            charge
                .with(operation.enter(), "not waited for")
                .words("why", ": the request that gives it one was not waited for"));
        return;
      }
    }
    trial.charge(charge.words("why", ", and the socket has none of its own"));
  }

  private static boolean sets(OpEnter control) {
    return ControlCode.SIO_WSK_SET_REMOTE_ADDRESS.isSetBy(control)
        || ControlCode.SIO_WSK_SET_SENDTO_ADDRESS.isSetBy(control);
  }
}
