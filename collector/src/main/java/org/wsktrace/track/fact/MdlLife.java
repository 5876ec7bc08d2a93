package org.wsktrace.track.fact;

import org.jspecify.annotations.Nullable;
import org.wsktrace.event.MdlKind;

/**
 * One incarnation of an MDL's address.
 *
 * @param id unique among the MDL lives of a trace, from 1
 * @param address alias: later lives may have the same
 * @param kind how it was born; ADOPTED when it was first seen in use
 * @param begin its birth, or its first use when adopted
 * @param end when it was freed, or retired by the next birth at its address; null when it lived on
 *     to the end of the trace
 * @param state at its end, before the free; at the end of the trace otherwise
 * @param lockBalance successful locks less unlocks that were seen; negative when the lock was
 *     before the trace
 * @param va first byte that it describes, as last seen
 * @param byteCount as last seen
 */
public record MdlLife(
    long id,
    long address,
    int client,
    MdlKind kind,
    Moment begin,
    @Nullable Moment end,
    State state,
    int lockBalance,
    long va,
    long byteCount)
    implements Fact {

  /** Where an MDL stands. Whether operations hold it is apart from that. */
  public enum State {
    /** Allocated, describes no pages yet. */
    RAW,
    /** Of nonpaged pool or a part of another MDL. */
    DESCRIBED,
    /** Its pages are locked. */
    LOCKED,
    FREED
  }
}
