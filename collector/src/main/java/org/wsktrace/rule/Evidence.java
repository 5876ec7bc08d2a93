package org.wsktrace.rule;

import org.wsktrace.event.EventHeader;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.text.EventSentence;
import org.wsktrace.track.DriverTracker;

/**
 * One event that proves a finding.
 *
 * @param seq number of the event
 * @param nanos since the trace started
 * @param role of the event in the story: enter, return, free, complete ...
 * @param text the event in one line for people
 */
public record Evidence(long seq, long nanos, int cpu, long tid, String role, String text) {
  /** The event as a sentence, and where it was called from. */
  public static Evidence of(TimedEvent timed, String role, DriverTracker drivers) {
    EventHeader header = timed.event().header();
    String from = header.callerRva() == 0 ? "" : " from " + CallSite.of(header, drivers);
    return new Evidence(
        timed.seq(),
        timed.nanos(),
        header.cpu(),
        header.tid(),
        role,
        EventSentence.of(timed.event()) + from);
  }
}
