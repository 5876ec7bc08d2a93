package org.wsktrace.rule.performance;

import org.jspecify.annotations.Nullable;
import org.wsktrace.event.TimedEvent;

/** How often something happens within a second; a new second begins with the first of it. */
final class Rate {
  private static final long SECOND = 1_000_000_000;

  private @Nullable TimedEvent first;
  private long count;

  /**
   * It happens once more.
   *
   * @param enough so often within a second is often
   * @return the first of them when it is often, and then it starts anew; else null
   */
  @Nullable TimedEvent add(TimedEvent now, long enough) {
    TimedEvent start = first;
    if (start == null || now.nanos() - start.nanos() > SECOND) {
      start = now;
      first = now;
      count = 0;
    }
    count++;
    if (count < enough) {
      return null;
    }
    first = null;
    return start;
  }
}
