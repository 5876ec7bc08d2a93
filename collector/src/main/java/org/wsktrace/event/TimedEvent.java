package org.wsktrace.event;

/**
 * An event and when it happened.
 *
 * @param nanos nanoseconds since the trace started
 */
public record TimedEvent(WskEvent event, long nanos) {
  public long seq() {
    return event.seq();
  }
}
