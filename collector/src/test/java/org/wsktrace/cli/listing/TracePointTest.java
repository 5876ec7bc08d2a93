package org.wsktrace.cli.listing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.wsktrace.etl.EventWriter;
import org.wsktrace.etl.record.EventRecord;

final class TracePointTest {
  @ParameterizedTest
  @CsvSource({
    "1.5, 1500000000",
    "1.5s, 1500000000",
    "20ms, 20000000",
    "3us, 3000",
    "100ns, 100",
    "0.5ns, 1",
    "2m, 120000000000",
    "1h, 3600000000000",
    "-1, -1000000000",
    "0, 0",
  })
  void aDistanceFromTheStart(String text, long nanos) {
    assertThat(TracePoint.parse(text)).isEqualTo(new TracePoint.Since(nanos));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-01-31T12:00:00.5Z",
        "2026-01-31T12:00:00.5",
        "2026-01-31T13:00:00.5+01:00",
      })
  void aTime(String text) {
    assertThat(TracePoint.parse(text))
        .isEqualTo(new TracePoint.At(Instant.parse("2026-01-31T12:00:00.5Z")));
  }

  @Test
  void aDay() {
    assertThat(TracePoint.parse("2026-01-31"))
        .isEqualTo(new TracePoint.At(Instant.parse("2026-01-31T00:00:00Z")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "soon", "1d", "1.5.2", "99999999999h", "2026-13-01", "2026-01-31T25:00:00Z"})
  void anythingElseIsNoTime(String text) {
    assertThatThrownBy(() -> TracePoint.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("'" + text + "' is no time: give seconds since the start");
  }

  @Test
  void anEventAtTheMomentHasReachedIt() throws IOException {
    EventRecord event = Records.of(EventWriter.at(10_000_000));

    assertThat(TracePoint.parse("1").reached(event)).isTrue();
    assertThat(TracePoint.parse("1.000000001").reached(event)).isFalse();
    assertThat(TracePoint.parse("2026-01-01T00:00:01Z").reached(event)).isTrue();
    assertThat(TracePoint.parse("2026-01-01T00:00:01.0000001Z").reached(event)).isFalse();
  }
}
