package org.wsktrace.track.fact;

import org.wsktrace.event.LossReason;

/**
 * Events that are missing from the trace.
 *
 * @param firstMissingSeq lowest number that may be missing
 * @param lastMissingSeq highest, not below the first
 * @param count how many are missing, at least 1: not more than the range, unless the recorder lost
 *     calls that never got a number
 */
public record Loss(long firstMissingSeq, long lastMissingSeq, long count, Reason reason)
    implements Fact {

  /** A gap: every number of the range is missing. */
  public Loss(long firstMissingSeq, long lastMissingSeq, Reason reason) {
    this(firstMissingSeq, lastMissingSeq, lastMissingSeq - firstMissingSeq + 1, reason);
  }

  /** Why they are missing. */
  public enum Reason {
    SEQUENCE_GAP("sequence numbers are missing"),
    RING_OVERWRITTEN("the flight recorder was full and overwrote its oldest events"),
    RECORD_DROPPED("the flight recorder had no room for the event"),
    NO_SLOT("the driver could not follow another operation"),
    ETW_REFUSED("ETW had no free buffer"),
    FILE_TRUNCATED("the file ends early"),
    TOO_MANY_OPERATIONS("more operations were in flight than can be followed"),
    UNREADABLE("an event could not be decoded"),
    UNKNOWN("the recorder gave no reason");

    private final String text;

    Reason(String text) {
      this.text = text;
    }

    /** A clause for people. */
    public String text() {
      return text;
    }

    public static Reason of(LossReason recorded) {
      return switch (recorded) {
        case RING_OVERWRITTEN -> RING_OVERWRITTEN;
        case RECORD_DROPPED -> RECORD_DROPPED;
        case NO_SLOT -> NO_SLOT;
        case ETW_REFUSED -> ETW_REFUSED;
        case UNKNOWN -> UNKNOWN;
      };
    }
  }
}
