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
    String from = header.callerRva() == 0 ? "" : " from " + CallSite.of(timed.event(), drivers);
    return of(timed, role, EventSentence.of(timed.event()) + from);
  }

  /** What a charge shows. */
  public static Evidence of(Charge.Exhibit exhibit, DriverTracker drivers) {
    return exhibit.text().isEmpty()
        ? of(exhibit.event(), exhibit.role(), drivers)
        : of(exhibit.event(), exhibit.role(), exhibit.text());
  }

  private static Evidence of(TimedEvent timed, String role, String text) {
    EventHeader header = timed.event().header();
    return new Evidence(timed.seq(), timed.nanos(), header.cpu(), header.tid(), role, text);
  }
}
