package org.wsktrace.rule.performance;

import org.wsktrace.event.Verb;
import org.wsktrace.event.WskEvent.CallEnter;
import org.wsktrace.event.WskEvent.OpComplete;
import org.wsktrace.track.LiveOperation;

/**
 * What a socket has outstanding on its way out, as far as the enters and completions show: a
 * completion that is not in the trace leaves too much. Who judges it looks into the socket's queue.
 */
class Outgoing {
  int sends;
  long bytes;

  /** When the last send completed; before the first, long ago. */
  long lastDone = Long.MIN_VALUE / 2;

  /** The peer has said something since the last send. */
  boolean heard;

  static boolean isSend(Verb verb) {
    return switch (verb) {
      case WSK_SEND, WSK_SEND_TO, WSK_SEND_MESSAGES -> true;
      default -> false;
    };
  }

  /** Its completion will be in the trace. */
  static boolean isFollowed(CallEnter call) {
    return call.irpSnap().ptr() != 0 && call.irpSnap().completion() != 0;
  }

  /**
   * A send enters.
   *
   * @param anew false for the next buffer of a WskSendMessages
   */
  void entered(long length, boolean anew) {
    sends += anew ? 1 : 0;
    bytes += length;
    heard = false;
  }

  void completed(LiveOperation send, long nanos) {
    sends = Math.max(0, sends - 1);
    bytes = Math.max(0, bytes - send.length());
    lastDone = nanos;
  }

  /** How long an operation that completes now was in flight; 0 when its enter is missing. */
  static long latency(LiveOperation operation, long nanos) {
    return operation.enter() == null ? 0 : nanos - operation.enter().nanos();
  }

  static boolean isReceive(OpComplete complete) {
    return complete.verb() == Verb.WSK_RECEIVE;
  }
}
