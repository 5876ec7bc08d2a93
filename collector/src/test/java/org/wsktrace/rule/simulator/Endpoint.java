package org.wsktrace.rule.simulator;

import java.util.ArrayDeque;
import java.util.Deque;

/** A socket as its client sees it. */
final class Endpoint {
  /** The categories of WSK; the flag is that of WskSocket. */
  enum Kind {
    BASIC(0),
    LISTEN(1),
    CONNECTION(2),
    DATAGRAM(4),
    STREAM(8);

    final int flag;

    Kind(int flag) {
      this.flag = flag;
    }
  }

  /** What the client may do with it now. */
  enum Stage {
    NEW,
    BOUND,
    OPEN,
    LEAVING,
    CLOSING
  }

  final long address;
  final Kind kind;

  /** A stream socket that listens, and every listening socket. */
  boolean listens;

  Stage stage = Stage.NEW;

  /** An action that must be alone is under way: bind, connect, disconnect. */
  boolean busy;

  /** Calls that have not returned. A close waits for them: that is rundown protection. */
  int calls;

  /** Calls that have not completed. */
  int pending;

  int sendsPending;
  int receivesPending;

  /** Data indications that the client keeps. */
  int retained;

  boolean callbacks;
  boolean inCallback;
  boolean connected;
  boolean localClosed;
  boolean peerClosed;
  boolean gone;
  final Deque<Long> cachedIrps = new ArrayDeque<>();

  Endpoint(long address, Kind kind) {
    this.address = address;
    this.kind = kind;
  }

  boolean isConnection() {
    return (kind == Kind.CONNECTION || kind == Kind.STREAM) && !listens;
  }
}
