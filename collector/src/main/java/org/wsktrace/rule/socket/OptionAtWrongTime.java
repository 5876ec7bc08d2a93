package org.wsktrace.rule.socket;

import org.jspecify.annotations.Nullable;
import org.wsktrace.event.ControlCode;
import org.wsktrace.event.Verb;
import org.wsktrace.event.WskEvent.OpEnter;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.Connection.State;
import org.wsktrace.track.LiveSocket;
import org.wsktrace.track.fact.SocketLife;
import org.wsktrace.track.fact.SocketLife.Category;

/**
 * A socket option or an ioctl that is set before the socket is far enough for it, or after it is
 * too far, as the page of each says. Options that are not listed in {@link ControlCode} are not
 * judged.
 */
public final class OptionAtWrongTime {
  public static final Rule RULE =
      Rule.declare("WSK-SOCK-018", "Option or ioctl at the wrong time")
          .warning(Effect.SEMANTICS)
          .proved()
          .title("{code} was used on socket {socket}, {how}")
          .why(
              "The request fails where the socket stands, and what it was to turn on stays off: callbacks that never come, connections"
                  + " that are accepted without inspection.")
          .fix(
              "Send SO_CONDITIONAL_ACCEPT and SO_WSK_SECURITY before WskBind, callbacks of listening and datagram sockets and fixed"
                  + " addresses after it, and what is a connection's after the connect has completed.")
          .source("windows-hardware/drivers/network/performing-control-operations-on-a-socket")
          .judgedBy(OptionAtWrongTime::new);

  private final Trial trial;

  private OptionAtWrongTime(Trial trial) {
    this.trial = trial;
    trial.on(OpEnter.class, this::entered);
  }

  private void entered(OpEnter call) {
    LiveSocket socket = trial.socket();
    if (call.verb() != Verb.WSK_CONTROL_SOCKET
        || socket == null
        || socket.state() != SocketLife.State.OPEN) {
      return;
    }
    ControlCode code = ControlCode.of(call);
    String wrong = code == null || !code.isSetBy(call) ? null : wrong(code, socket);
    if (code != null && wrong != null) {
      trial.charge(
          Charge.of(trial.event(), "control")
              .with(socket.creation(), "create")
              .with(
                  socket.listener() == null ? null : socket.listener().creation(),
                  "listening socket")
              .words("code", code.name())
              .address("socket", socket.address())
              .words("how", wrong));
    }
  }

  private static @Nullable String wrong(ControlCode code, LiveSocket socket) {
    return switch (code) {
      case SO_WSK_EVENT_CALLBACK ->
          switch (socket.category()) {
            case LISTEN, DATAGRAM, STREAM -> before(Reach.BOUND, socket);
            case CONNECTION -> before(Reach.CONNECTED, socket);
            case BASIC, UNKNOWN -> null;
          };
      case SIO_WSK_SET_REMOTE_ADDRESS, SIO_WSK_SET_SENDTO_ADDRESS -> before(Reach.BOUND, socket);
      case SIO_WSK_QUERY_IDEAL_SEND_BACKLOG,
          SIO_WSK_QUERY_RECEIVE_BACKLOG,
          SIO_WSK_SET_TCP_SILENT_MODE ->
          before(Reach.CONNECTED, socket);
      case SO_CONDITIONAL_ACCEPT, SO_WSK_SECURITY -> bound(socket);
      case SIO_WSK_QUERY_INSPECT_ID -> uninspected(socket);
      default -> null;
    };
  }

  private static @Nullable String before(Reach needed, LiveSocket socket) {
    return needed.missedBy(socket) ? "which is not %s yet".formatted(needed.word()) : null;
  }

  private static @Nullable String bound(LiveSocket socket) {
    State state = socket.connection().state();
    return state == State.OPEN || state == State.UNKNOWN ? null : "which is bound already";
  }

  private static @Nullable String uninspected(LiveSocket socket) {
    if (socket.adopted() || socket.category() == Category.UNKNOWN) {
      return null;
    }
    LiveSocket listener = socket.listener();
    if (listener == null) {
      return socket.wasAccepted() ? null : "which was not accepted";
    }
    return listener.adopted() || listener.connection().conditionalAccept()
        ? null
        : "whose listening socket accepts without condition";
  }
}
