package org.wsktrace.cli.listing;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.wsktrace.etl.record.EventRecord;

/** A moment of a trace: by its distance from the start, or by the clock on the wall. */
public sealed interface TracePoint {
  /** Whether the event was logged at this moment or later. */
  boolean reached(EventRecord event);

  /** Nanoseconds since the start of the trace. */
  record Since(long nanos) implements TracePoint {
    @Override
    public boolean reached(EventRecord event) {
      return event.nanoseconds() >= nanos;
    }
  }

  /** Wall-clock time. */
  record At(Instant instant) implements TracePoint {
    @Override
    public boolean reached(EventRecord event) {
      return !event.instant().isBefore(instant);
    }
  }

  /**
   * Reads 1.5, 1.5s, 20ms, 3us, 100ns, 2m, 1h or an ISO 8601 time, of UTC where it does not say
   * otherwise.
   *
   * @throws IllegalArgumentException with a message for people
   */
  static TracePoint parse(String text) {
    Matcher distance = Syntax.DISTANCE.matcher(text);
    if (distance.matches()) {
      String unit = distance.group(2) == null ? "s" : distance.group(2);
      BigDecimal nanos =
          new BigDecimal(distance.group(1)).multiply(BigDecimal.valueOf(Syntax.NANOS.get(unit)));
      if (nanos.abs().compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) <= 0) {
        return new Since(nanos.setScale(0, RoundingMode.CEILING).longValue());
      }
    }
    try {
      if (Syntax.DATE.matcher(text).matches()) {
        return new At(LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant());
      }
      return new At(
          Syntax.ZONED.matcher(text).matches()
              ? Instant.parse(text)
              : LocalDateTime.parse(text).toInstant(ZoneOffset.UTC));
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          ("'%s' is no time: give seconds since the start of the trace (1.5, or 20ms, 3us, 100ns,"
                  + " 2m, 1h) or a time in UTC (2026-01-31T12:00:00.5Z)")
              .formatted(text),
          e);
    }
  }

  /** What may be given. */
  final class Syntax {
    private static final Pattern DISTANCE =
        Pattern.compile("(-?\\d{1,19}(?:\\.\\d{1,12})?)(h|m|s|ms|us|ns)?");
    private static final Map<String, Long> NANOS =
        Map.of(
            "h", 3_600_000_000_000L,
            "m", 60_000_000_000L,
            "s", 1_000_000_000L,
            "ms", 1_000_000L,
            "us", 1_000L,
            "ns", 1L);
    private static final Pattern DATE = Pattern.compile("\\d{4}-\\d\\d-\\d\\d");
    private static final Pattern ZONED = Pattern.compile(".*(?:[zZ]|[+-]\\d\\d:?\\d\\d)");

    private Syntax() {}
  }
}
