package org.wsktrace.source;

/**
 * Something of the capture that the trace does not hold.
 *
 * @param firstSeq number of the first missing event, or of the one behind the last that is there
 * @param lastSeq number of the last missing event, or of the last that may be
 * @param count how many are missing, from 1; of lost buffers, one event each
 * @param nanos time of the event behind the gap, since the start of the trace
 */
public record SourceLoss(Cause cause, long firstSeq, long lastSeq, long count, long nanos) {
  /** How it came to be missing. */
  public enum Cause {
    /** Sequence numbers that no event has. */
    SEQUENCE_GAP,
    /** The event is there; its payload makes no sense. */
    DAMAGED_EVENT,
    /** The trace session had no room, or could not write a buffer, as the file's header says. */
    SESSION_LOST,
    /** A buffer in the file makes no sense, or its end does not. */
    DAMAGED_BUFFER,
    /** The file ends before the trace does. */
    FILE_CUT
  }
}
