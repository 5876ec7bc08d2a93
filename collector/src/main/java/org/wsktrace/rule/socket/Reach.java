package org.wsktrace.rule.socket;

import org.jspecify.annotations.Nullable;
import org.wsktrace.event.Verb;
import org.wsktrace.track.Connection.State;
import org.wsktrace.track.LiveOperation;
import org.wsktrace.track.LiveSocket;

/** How far a socket must be before a call. */
enum Reach {
  BOUND("bound"),
  LISTENING("listening"),
  CONNECTED("connected");

  private final String word;

  Reach(String word) {
    this.word = word;
  }

  /** What a verb needs; null when it needs nothing or is no socket's. */
  static @Nullable Reach of(Verb verb) {
    return switch (verb) {
      case WSK_SEND,
          WSK_RECEIVE,
          WSK_SEND_EX,
          WSK_RECEIVE_EX,
          WSK_DISCONNECT,
          WSK_GET_REMOTE_ADDRESS ->
          CONNECTED;
      case WSK_CONNECT,
          WSK_CONNECT_EX,
          WSK_LISTEN,
          WSK_ACCEPT,
          WSK_SEND_TO,
          WSK_SEND_MESSAGES,
          WSK_RECEIVE_FROM,
          WSK_GET_LOCAL_ADDRESS ->
          BOUND;
      case WSK_INSPECT_COMPLETE -> LISTENING;
      default -> null;
    };
  }

  /** For people. */
  String word() {
    return word;
  }

  /** The socket is known not to be so far. */
  boolean missedBy(LiveSocket socket) {
    State state = socket.connection().state();
    return switch (this) {
      case BOUND -> state == State.OPEN;
      case LISTENING, CONNECTED -> state == State.OPEN || state == State.BOUND;
    };
  }

  /** The operation under way that will bring the socket there; null when there is none. */
  @Nullable LiveOperation underWay(LiveSocket socket) {
    for (LiveOperation operation : socket.operations()) {
      if (isReachedBy(operation.verb())
          && operation.completion() == null
          && !operation.unsettled()) {
        return operation;
      }
    }
    return null;
  }

  private boolean isReachedBy(Verb verb) {
    return switch (this) {
      case BOUND -> verb == Verb.WSK_BIND;
      case LISTENING -> verb == Verb.WSK_LISTEN || verb == Verb.WSK_BIND;
      case CONNECTED -> verb == Verb.WSK_CONNECT || verb == Verb.WSK_CONNECT_EX;
    };
  }
}
