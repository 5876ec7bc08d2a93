package org.wsktrace.track.receive;

import org.jspecify.annotations.Nullable;
import org.wsktrace.event.TimedEvent;

/** A connection request that a listening socket's WskInspectEvent was asked about. */
public final class Inspection {
  private final TimedEvent enter;
  private final long socket;
  private final long key;
  private final long serial;
  State state = State.INSPECTED;
  @Nullable TimedEvent exit;
  @Nullable TimedEvent complete;
  @Nullable TimedEvent abort;

  Inspection(TimedEvent enter, long socket, long key, long serial) {
    this.enter = enter;
    this.socket = socket;
    this.key = key;
    this.serial = serial;
  }

  /** Where a request stands. */
  public enum State {
    /** WskInspectEvent runs. */
    INSPECTED,
    /** It returned WskInspectAccept or WskInspectReject. */
    ANSWERED,
    /** It returned WskInspectPend: the driver owes a WskInspectComplete. */
    PENDED,
    /** WskInspectComplete was called. */
    COMPLETED,
    /** WskAbortEvent was called: the request is gone. */
    ABORTED
  }

  /** What happens to a request. */
  enum Step {
    RETURN_PEND,
    RETURN_ANSWER,
    COMPLETE,
    COMPLETE_FAILED,
    ABORT
  }

  /** The transitions. */
  static State next(State from, Step step) {
    return switch (step) {
      // From COMPLETED: another thread was faster than the return, which is legal.
      case RETURN_PEND -> from == State.INSPECTED ? State.PENDED : from;
      case RETURN_ANSWER -> from == State.INSPECTED ? State.ANSWERED : from;
      // From ANSWERED, COMPLETED and ABORTED: WSK-RCV-013.
      case COMPLETE -> from == State.INSPECTED || from == State.PENDED ? State.COMPLETED : from;
      case COMPLETE_FAILED -> from == State.COMPLETED ? State.PENDED : from;
      case ABORT -> State.ABORTED;
    };
  }

  /** The call of WskInspectEvent. */
  public TimedEvent enter() {
    return enter;
  }

  /** The return of WskInspectEvent; null as long as it runs. */
  public @Nullable TimedEvent exit() {
    return exit;
  }

  /** The last WskInspectComplete that came when the request was open. */
  public @Nullable TimedEvent complete() {
    return complete;
  }

  /** The call of WskAbortEvent. */
  public @Nullable TimedEvent abort() {
    return abort;
  }

  /** Address of the listening socket. */
  public long socket() {
    return socket;
  }

  /** WSK_INSPECT_ID.Key. */
  public long key() {
    return key;
  }

  /** WSK_INSPECT_ID.SerialNumber. */
  public long serial() {
    return serial;
  }

  public State state() {
    return state;
  }
}
