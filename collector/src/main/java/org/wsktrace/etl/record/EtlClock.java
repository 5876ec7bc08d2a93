package org.wsktrace.etl.record;

import java.time.Instant;

/**
 * Turns the ticks of a trace into time. The trace says which wall-clock time its first event had;
 * the distance from there is counted in ticks.
 *
 * <p>A result that a long cannot hold becomes the nearest one it can; only broken time stamps come
 * to that.
 *
 * @param kind what counted
 * @param startTicks ticks of the start of the trace
 * @param startFileTime FILETIME (100 ns since 1601, UTC) of the start of the trace
 * @param frequency ticks per second, 1 to 9,000,000,000
 * @param startNanoseconds nanoseconds from the start of the file to the start of the trace: 0, but
 *     for a trace that was appended to another
 */
public record EtlClock(
    Kind kind, long startTicks, long startFileTime, long frequency, long startNanoseconds) {
  /** Above it, the nanoseconds of one second's ticks would no longer fit a long. */
  public static final long MAX_FREQUENCY = 9_000_000_000L;

  /** Units of a FILETIME in a second. */
  public static final long FILE_TIME_FREQUENCY = 10_000_000;

  private static final long FILE_TIME_NANOS = 100;
  private static final long NANOS_PER_SECOND = 1_000_000_000;
  private static final long UNIX_EPOCH_SECONDS = 11_644_473_600L;

  /** What counted the ticks. */
  public enum Kind {
    /** QueryPerformanceCounter; what nearly every trace uses. */
    QPC,
    /** The system time: ticks of 100 ns, which jump when the clock is set. */
    SYSTEM_TIME,
    /** Processor cycles, at the nominal speed. */
    CPU_CYCLES
  }

  /** Checks the frequency. */
  public EtlClock {
    if (frequency <= 0 || frequency > MAX_FREQUENCY) {
      throw new IllegalArgumentException("frequency " + frequency);
    }
  }

  /** The clock of a trace that begins its file. */
  public EtlClock(Kind kind, long startTicks, long startFileTime, long frequency) {
    this(kind, startTicks, startFileTime, frequency, 0);
  }

  /** The same for a trace that was appended to one with that clock. */
  public EtlClock after(EtlClock first) {
    long distance = minus(startFileTime, first.startFileTime);
    long nanoseconds =
        Math.abs(distance) > Long.MAX_VALUE / FILE_TIME_NANOS
            ? (distance < 0 ? Long.MIN_VALUE : Long.MAX_VALUE)
            : distance * FILE_TIME_NANOS;
    return new EtlClock(kind, startTicks, startFileTime, frequency, nanoseconds);
  }

  /** Nanoseconds since the start of the file; below 0 for an event that was logged before it. */
  public long nanoseconds(long ticks) {
    return plus(startNanoseconds, scaled(ticks, NANOS_PER_SECOND));
  }

  /** FILETIME: units of 100 ns since the beginning of 1601, UTC. */
  public long fileTime(long ticks) {
    return kind == Kind.SYSTEM_TIME
        ? ticks
        : plus(startFileTime, scaled(ticks, FILE_TIME_FREQUENCY));
  }

  /** The wall-clock time, to 100 ns. */
  public Instant instant(long ticks) {
    return instantOf(fileTime(ticks));
  }

  /** The wall-clock time of a FILETIME. */
  public static Instant instantOf(long fileTime) {
    long seconds = Math.floorDiv(fileTime, FILE_TIME_FREQUENCY);
    long rest = Math.floorMod(fileTime, FILE_TIME_FREQUENCY);
    return Instant.ofEpochSecond(seconds - UNIX_EPOCH_SECONDS, rest * FILE_TIME_NANOS);
  }

  /**
   * The distance from the start, in units of 1/perSecond. Multiplying it at once would overflow
   * after a day at 10 MHz, so the whole seconds go apart from the rest.
   */
  private long scaled(long ticks, long perSecond) {
    long distance = minus(ticks, startTicks);
    long seconds = Math.floorDiv(distance, frequency);
    long rest = Math.floorMod(distance, frequency);
    long high = Math.multiplyHigh(seconds, perSecond);
    long low = seconds * perSecond;
    if (high != low >> 63) {
      return seconds < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
    return plus(low, rest * perSecond / frequency);
  }

  private static long plus(long a, long b) {
    long sum = a + b;
    return ((a ^ sum) & (b ^ sum)) < 0 ? (a < 0 ? Long.MIN_VALUE : Long.MAX_VALUE) : sum;
  }

  private static long minus(long a, long b) {
    long difference = a - b;
    return ((a ^ b) & (a ^ difference)) < 0
        ? (a < 0 ? Long.MIN_VALUE : Long.MAX_VALUE)
        : difference;
  }
}
