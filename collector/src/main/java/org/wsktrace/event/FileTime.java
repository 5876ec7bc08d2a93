package org.wsktrace.event;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;

/** FILETIME (minwinbase.h): 100 ns units since the beginning of 1601, UTC; 64 bits, unsigned. */
public final class FileTime {
  private static final Instant ZERO = Instant.parse("1601-01-01T00:00:00Z");
  private static final long UNITS_PER_SECOND = 10_000_000;
  private static final int NANOS_PER_UNIT = 100;

  private FileTime() {}

  /** Exact, for every value: the largest is in the year 60056. */
  public static Instant instant(long units) {
    return ZERO.plusSeconds(Long.divideUnsigned(units, UNITS_PER_SECOND))
        .plusNanos(Long.remainderUnsigned(units, UNITS_PER_SECOND) * NANOS_PER_UNIT);
  }

  /** Rounded down to a unit; empty for a time before 1601 or behind the largest. */
  public static OptionalLong of(Instant instant) {
    Duration since = Duration.between(ZERO, instant);
    BigInteger units =
        BigInteger.valueOf(since.getSeconds())
            .multiply(BigInteger.valueOf(UNITS_PER_SECOND))
            .add(BigInteger.valueOf(since.getNano() / NANOS_PER_UNIT));
    return units.signum() < 0 || units.bitLength() > Long.SIZE
        ? OptionalLong.empty()
        : OptionalLong.of(units.longValue());
  }
}
