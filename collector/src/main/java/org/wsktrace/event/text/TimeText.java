package org.wsktrace.event.text;

import java.math.BigDecimal;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Nanoseconds since the start of a trace as text, exact: 40ns, 12.5us, 3ms, 1.000000001s. */
final class TimeText {
  private static final long NANOS_PER_SECOND = 1_000_000_000;
  private static final Pattern TIME = Pattern.compile("(-?\\d{1,19}(?:\\.\\d{1,9})?)(ns|us|ms|s)");

  private TimeText() {}

  static String write(long nanos) {
    String unit = "ns";
    int point = 0;
    long size = Math.abs(nanos);
    if (size >= NANOS_PER_SECOND) {
      unit = "s";
      point = 9;
    } else if (size >= 1_000_000) {
      unit = "ms";
      point = 6;
    } else if (size >= 1_000) {
      unit = "us";
      point = 3;
    }
    return BigDecimal.valueOf(nanos, point).stripTrailingZeros().toPlainString() + unit;
  }

  /** Empty for what is not a time, is finer than a nanosecond or beyond 292 years. */
  static OptionalLong read(String text) {
    Matcher matcher = TIME.matcher(text);
    if (!matcher.matches()) {
      return OptionalLong.empty();
    }
    int point =
        switch (matcher.group(2)) {
          case "us" -> 3;
          case "ms" -> 6;
          case "s" -> 9;
          default -> 0;
        };
    try {
      return OptionalLong.of(
          new BigDecimal(matcher.group(1)).movePointRight(point).longValueExact());
    } catch (ArithmeticException e) {
      return OptionalLong.empty();
    }
  }

  /**
   * The performance counter at a time, when it was 0 at the start of the trace.
   *
   * @param frequency ticks in a second, 1..1000000000
   */
  static long ticks(long nanos, long frequency) {
    return Math.floorDiv(nanos, NANOS_PER_SECOND) * frequency
        + Math.floorMod(nanos, NANOS_PER_SECOND) * frequency / NANOS_PER_SECOND;
  }
}
