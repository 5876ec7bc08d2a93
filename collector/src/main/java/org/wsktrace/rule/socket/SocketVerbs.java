package org.wsktrace.rule.socket;

import org.wsktrace.event.Verb;
import org.wsktrace.track.fact.SocketLife.Category;

/** Which functions the dispatch table of which category of socket has (wsk.h). */
final class SocketVerbs {
  private SocketVerbs() {}

  /** True for a function that is called on a socket. */
  static boolean onSocket(Verb verb) {
    return switch (verb) {
      case UNKNOWN,
          WSK_SOCKET,
          WSK_SOCKET_CONNECT,
          WSK_CONTROL_CLIENT,
          WSK_GET_ADDRESS_INFO,
          WSK_FREE_ADDRESS_INFO,
          WSK_GET_NAME_INFO ->
          false;
      default -> true;
    };
  }

  /** True where a table has it, and for a category that is not known. */
  static boolean has(Category category, Verb verb) {
    return switch (verb) {
      case WSK_CONTROL_SOCKET, WSK_CLOSE_SOCKET -> true;
      case WSK_BIND, WSK_GET_LOCAL_ADDRESS -> category != Category.BASIC;
      default ->
          switch (category) {
            case UNKNOWN -> true;
            case BASIC -> false;
            case LISTEN -> ofListening(verb);
            case DATAGRAM -> ofDatagrams(verb);
            case CONNECTION -> ofConnections(verb);
            case STREAM -> verb == Verb.WSK_LISTEN || ofListening(verb) || ofConnections(verb);
          };
    };
  }

  /** What only a socket that listens does. */
  static boolean ofListening(Verb verb) {
    return verb == Verb.WSK_ACCEPT || verb == Verb.WSK_INSPECT_COMPLETE;
  }

  /** What only a socket that connects, or is accepted, does. */
  static boolean ofConnections(Verb verb) {
    return switch (verb) {
      case WSK_CONNECT,
          WSK_CONNECT_EX,
          WSK_SEND,
          WSK_RECEIVE,
          WSK_SEND_EX,
          WSK_RECEIVE_EX,
          WSK_DISCONNECT,
          WSK_RELEASE,
          WSK_GET_REMOTE_ADDRESS ->
          true;
      default -> false;
    };
  }

  private static boolean ofDatagrams(Verb verb) {
    return switch (verb) {
      case WSK_SEND_TO, WSK_SEND_MESSAGES, WSK_RECEIVE_FROM, WSK_RELEASE -> true;
      default -> false;
    };
  }
}
