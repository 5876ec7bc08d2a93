package org.wsktrace.recorder.page;

import org.wsktrace.etl.record.EtlClock;

/**
 * What all pages of one capture say of it.
 *
 * @param fileTime when it began: FILETIME, unsigned
 * @param ticks the same moment in ticks
 * @param frequency ticks per second, 1 to {@link EtlClock#MAX_FREQUENCY}
 * @param processors that have a ring, 1 to 2048
 * @param ringBytes of each ring, unsigned
 * @param pointerBytes of the machine, 4 or 8; 0 where a page does not say
 */
public record CaptureStart(
    long fileTime, long ticks, long frequency, int processors, int ringBytes, int pointerBytes) {

  /** Turns the time stamps of its records into time. */
  public EtlClock clock() {
    return new EtlClock(EtlClock.Kind.QPC, ticks, fileTime, frequency);
  }
}
