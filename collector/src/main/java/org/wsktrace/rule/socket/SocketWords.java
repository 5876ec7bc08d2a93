package org.wsktrace.rule.socket;

import org.wsktrace.track.fact.SocketLife.Category;

/** Sockets for people. */
final class SocketWords {
  private SocketWords() {}

  /** As the documentation calls it. */
  static String of(Category category) {
    return switch (category) {
      case UNKNOWN -> "unknown";
      case BASIC -> "basic";
      case LISTEN -> "listening";
      case DATAGRAM -> "datagram";
      case CONNECTION -> "connection-oriented";
      case STREAM -> "stream";
    };
  }
}
