package org.wsktrace.rule.socket;

import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.Verb;
import org.wsktrace.event.WskEvent.CallEnter;
import org.wsktrace.event.WskEvent.OpComplete;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveOperation;
import org.wsktrace.track.LiveSocket;
import org.wsktrace.track.fact.SocketLife.State;

/**
 * A call on a socket that is not bound, listening or connected yet, judged at the call's enter by
 * what has succeeded until then. A bind or connect that is still under way was not waited for. A
 * function that the socket has not is WSK-SOCK-007's, a stream socket in the other role
 * WSK-SOCK-009's.
 */
public final class CalledTooEarly {
  public static final Rule RULE =
      Rule.declare("WSK-SOCK-006", "Call before the socket is ready for it")
          .warning(Effect.SEMANTICS)
          .proved()
          .title("{verb} was called on socket {socket}, which is not {state}{why}")
          .why(
              "The call fails, or pends for ever. A client that takes no notice of the failure goes on with a connection that it has"
                  + " not.")
          .fix(
              "Start the next step from the completion of the one before, and only when IoStatus.Status says success: STATUS_PENDING"
                  + " from a call says that it has begun.")
          .source("windows-hardware/drivers/network/winsock-kernel-socket-categories")
          .judgedBy(CalledTooEarly::new);

  private final Trial trial;

  private CalledTooEarly(Trial trial) {
    this.trial = trial;
    trial.on(CallEnter.class, this::entered);
  }

  private void entered(CallEnter call) {
    LiveSocket socket = trial.socket();
    if (socket == null || socket.connection().state().wasConnected()) {
      return;
    }
    Verb verb = call.verb();
    Reach needed = Reach.of(verb);
    if (needed != null
        && needed.missedBy(socket)
        && trial.operation() == null
        && socket.state() == State.OPEN
        && SocketVerbs.has(socket.category(), verb)) {
      charge(verb, socket, needed);
    }
  }

  private void charge(Verb verb, LiveSocket socket, Reach needed) {
    LiveOperation underWay = needed.underWay(socket);
    Charge charge =
        Charge.of(trial.event(), "call")
            .with(socket.creation(), "create")
            .words("verb", verb.label())
            .address("socket", socket.address())
            .words("state", needed.word());
    if (underWay != null) {
      trial.charge(
          charge
              .with(underWay.enter(), "not waited for")
              .words("why", ": its %s was not waited for".formatted(underWay.verb().label())));
      return;
    }
    TimedEvent failure = socket.connection().failure();
    trial.charge(
        charge
            .with(failure, "failed")
            .words(
                "why",
                failure != null && failure.event() instanceof OpComplete complete
                    ? ": its %s had failed".formatted(complete.verb().label())
                    : ""));
  }
}
