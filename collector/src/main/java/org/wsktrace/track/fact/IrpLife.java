package org.wsktrace.track.fact;

import org.jspecify.annotations.Nullable;
import org.wsktrace.event.IrpKind;

/**
 * One incarnation of an IRP's address.
 *
 * @param id unique among the IRP lives of a trace, from 1
 * @param address alias: later lives may have the same
 * @param kind how it was born; ADOPTED when it was first seen in use
 * @param begin its birth, or its first use when adopted
 * @param end when it was freed, or retired by the next birth at its address; null when it lived on
 *     to the end of the trace
 * @param state at its end, before the free; at the end of the trace otherwise
 * @param operations count of the WSK calls it was given to
 */
public record IrpLife(
    long id,
    long address,
    int client,
    IrpKind kind,
    Moment begin,
    @Nullable Moment end,
    State state,
    long operations)
    implements Fact {

  /** Where an IRP stands. */
  public enum State {
    /** First seen in use: nothing is known of it yet. */
    UNKNOWN,
    /** Born or reused. */
    IDLE,
    /** In a call that has not returned. */
    SUBMITTED,
    /** The call returned STATUS_PENDING. */
    PENDING,
    /** The call returned something else and no completion was seen. */
    AWAIT,
    /** SUBMITTED or PENDING, and IoCancelIrp was called. */
    CANCELLING,
    COMPLETED,
    FREED;

    /** For sure between the enter and the completion of a call. */
    public boolean inFlight() {
      return switch (this) {
        case SUBMITTED, PENDING, CANCELLING -> true;
        case UNKNOWN, IDLE, AWAIT, COMPLETED, FREED -> false;
      };
    }
  }
}
