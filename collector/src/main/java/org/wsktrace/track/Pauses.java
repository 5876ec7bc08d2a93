package org.wsktrace.track;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent.Heartbeat;

/**
 * When the whole machine stood still: in a debugger, or as a virtual machine that was suspended.
 * Such time is nobody's delay, so what is late is measured by {@link #awake}.
 *
 * <p>The capture driver beats once a second. In a trace that has shown that beat, a silence of
 * several seconds is no idleness. A trace without the beat (a text trace, a kernel without timers)
 * has no pauses. Bounded: of very many the eldest count as if they were everybody's.
 */
public final class Pauses {
  private static final long BEAT_NANOS = 1_000_000_000;

  /** So long nothing happens in a machine that runs, not even a late beat. */
  private static final long SILENCE_NANOS = 3 * BEAT_NANOS;

  private static final int KEPT = 1024;

  /** From the last event before it to the first one behind it, less the beat that was due. */
  private record Pause(long begin, long end) {}

  private final Deque<Pause> newestFirst = new ArrayDeque<>();
  private long forgottenNanos;
  private long newest = Long.MIN_VALUE;
  private long lastBeat = Long.MIN_VALUE;
  private boolean beats;

  Pauses() {}

  /**
   * How much of a span of time the machine ran.
   *
   * @param from nanoseconds since the trace started
   * @param to likewise
   * @return nanoseconds, 0 to the length of the span
   */
  public long awake(long from, long to) {
    return Math.max(0, to - from - paused(from, to));
  }

  /** How much of a span of time the machine stood still. */
  private long paused(long from, long to) {
    long sum = 0;
    Iterator<Pause> pauses = newestFirst.iterator();
    while (pauses.hasNext()) {
      Pause pause = pauses.next();
      if (pause.end <= from) {
        return sum;
      }
      sum += Math.max(0, Math.min(to, pause.end) - Math.max(from, pause.begin));
    }
    return sum + forgottenNanos;
  }

  void event(TimedEvent timed) {
    long now = timed.nanos();
    if (beats && now > newest && now - newest > SILENCE_NANOS) {
      pause(newest + BEAT_NANOS, now);
    }
    newest = Math.max(newest, now);
    if (timed.event() instanceof Heartbeat) {
      long distance = now - lastBeat;
      beats |=
          lastBeat != Long.MIN_VALUE && distance >= BEAT_NANOS / 2 && distance <= 2 * BEAT_NANOS;
      lastBeat = now;
    }
  }

  private void pause(long begin, long end) {
    newestFirst.addFirst(new Pause(begin, end));
    if (newestFirst.size() > KEPT) {
      Pause eldest = newestFirst.removeLast();
      forgottenNanos += eldest.end - eldest.begin;
    }
  }
}
