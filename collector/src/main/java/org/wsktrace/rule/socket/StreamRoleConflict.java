package org.wsktrace.rule.socket;

import org.jspecify.annotations.Nullable;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.Verb;
import org.wsktrace.event.WskEvent.CallEnter;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.Connection;
import org.wsktrace.track.Connection.State;
import org.wsktrace.track.Connection.Step;
import org.wsktrace.track.LiveSocket;
import org.wsktrace.track.fact.SocketLife.Category;

/**
 * A stream socket that listens is used as a connection, or the other way round. The role is chosen
 * when WskListen or WskConnect succeeds.
 */
public final class StreamRoleConflict {
  public static final Rule RULE =
      Rule.declare("WSK-SOCK-009", "Stream socket used in its other role")
          .warning(Effect.SEMANTICS)
          .proved()
          .title("{verb} was called on stream socket {socket}, which {role} for good")
          .why(
              "WskListen and WskConnect decide what a stream socket is: from then on the functions of the other role fail.")
          .fix("Create one socket for listening, and use what WskAccept gives for each connection.")
          .source("windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_listen")
          .judgedBy(StreamRoleConflict::new);

  private final Trial trial;

  private StreamRoleConflict(Trial trial) {
    this.trial = trial;
    trial.on(CallEnter.class, this::entered);
  }

  private void entered(CallEnter call) {
    LiveSocket socket = trial.socket();
    if (socket == null || socket.category() != Category.STREAM || trial.operation() != null) {
      return;
    }
    Connection connection = socket.connection();
    if (connection.state() == State.LISTENING && SocketVerbs.ofConnections(call.verb())) {
      charge(call.verb(), socket, connection.cause(Step.LISTEN), "listens");
    } else if (connection.state().wasConnected()
        && (call.verb() == Verb.WSK_LISTEN || SocketVerbs.ofListening(call.verb()))) {
      charge(call.verb(), socket, connection.cause(Step.CONNECT), "is a connection");
    }
  }

  private void charge(Verb verb, LiveSocket socket, @Nullable TimedEvent chosen, String role) {
    trial.charge(
        Charge.of(trial.event(), "call")
            .with(socket.creation(), "create")
            .with(chosen, "role chosen")
            .words("verb", verb.label())
            .address("socket", socket.address())
            .words("role", role));
  }
}
