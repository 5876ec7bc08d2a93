package org.wsktrace.track.fact;

import org.wsktrace.event.TimedEvent;

/**
 * When something happened.
 *
 * @param seq number of the event that shows it
 * @param nanos nanoseconds since the trace started
 */
public record Moment(long seq, long nanos) {
  public static Moment of(TimedEvent timed) {
    return new Moment(timed.seq(), timed.nanos());
  }
}
