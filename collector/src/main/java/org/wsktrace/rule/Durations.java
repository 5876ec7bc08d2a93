package org.wsktrace.rule;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Spans of time for people: three digits and a unit. */
public final class Durations {
  private static final MathContext THREE_DIGITS = new MathContext(3, RoundingMode.HALF_UP);

  private Durations() {}

  /** 40 ns, 12.5 us, 3 ms, 2.21 s. */
  public static String of(long nanos) {
    BigDecimal rounded = BigDecimal.valueOf(nanos).round(THREE_DIGITS);
    long size = rounded.abs().longValue();
    if (size < 1_000) {
      return text(rounded, 0, "ns");
    }
    if (size < 1_000_000) {
      return text(rounded, 3, "us");
    }
    return size < 1_000_000_000 ? text(rounded, 6, "ms") : text(rounded, 9, "s");
  }

  private static String text(BigDecimal nanos, int point, String unit) {
    return nanos.movePointLeft(point).stripTrailingZeros().toPlainString() + " " + unit;
  }
}
