package org.wsktrace.etl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who reads decides how far. */
final class EventCursorTest {
  @TempDir private Path folder;

  @Test
  void eventsAreTakenOneByOne() throws IOException {
    try (EtlFile etl = EtlFile.open(trace(2));
        EventCursor cursor = etl.cursor()) {
      List<Integer> ids = new ArrayList<>();
      while (cursor.next()) {
        ids.add(cursor.event().id());
      }
      assertThat(ids).containsExactly(0, 0, 1);
      assertThat(cursor.next()).isFalse();
      assertThat(cursor.summary().cancelled()).isFalse();
      assertThat(cursor.summary().events()).isEqualTo(3);
    }
  }

  @Test
  void whoStopsEarlySeesWhatWasReadSoFar() throws IOException {
    try (EtlFile etl = EtlFile.open(trace(100));
        EventCursor cursor = etl.cursor()) {
      assertThat(cursor.next()).isTrue();
      assertThat(cursor.next()).isTrue();

      EtlSummary summary = cursor.summary();

      assertThat(summary.events()).isEqualTo(2);
      assertThat(summary.cancelled()).isTrue();
      assertThat(summary.complete()).isFalse();
    }
  }

  @Test
  void twoCursorsGoTheirOwnWays() throws IOException {
    try (EtlFile etl = EtlFile.open(trace(3));
        EventCursor one = etl.cursor();
        EventCursor other = etl.cursor()) {
      one.next();
      one.next();
      one.next();
      other.next();
      other.next();

      assertThat(one.event().id()).isEqualTo(1);
      assertThat(other.event().id()).isZero();
    }
  }

  @Test
  void progressIsToldAndGrowsToTheEnd() throws IOException {
    List<Long> told = new ArrayList<>();
    int events = 5 * ReadProgress.EVENTS;
    try (EtlFile etl = EtlFile.open(trace(events))) {
      EtlSummary summary =
          etl.read(
              _ -> {},
              (done, total) -> {
                assertThat(total).isEqualTo(etl.size());
                return told.add(done);
              });
      assertThat(summary.cancelled()).isFalse();
      assertThat(summary.events()).isEqualTo(events + 1);
    }
    assertThat(told).hasSize(5).isSorted();
    assertThat(told.getLast()).isGreaterThan(80L * events);
  }

  @Test
  void progressCanEndTheReading() throws IOException {
    try (EtlFile etl = EtlFile.open(trace(5 * ReadProgress.EVENTS))) {
      long[] delivered = new long[1];

      EtlSummary summary = etl.read(_ -> delivered[0]++, (_, _) -> delivered[0] < 10_000);

      assertThat(delivered[0]).isEqualTo(2L * ReadProgress.EVENTS);
      assertThat(summary.cancelled()).isTrue();
      assertThat(summary.events()).isEqualTo(delivered[0]);
    }
  }

  /** Events with ids 0, 1, 2 ... behind the one that describes the trace, whose id is 0 too. */
  private Path trace(int events) throws IOException {
    EtlWriter writer = new EtlWriter().bufferSize(1 << 16);
    BufferWriter buffer = BufferWriter.on(0);
    for (int i = 0; i < events; i++) {
      buffer.add(EventWriter.at(i).id(i & 0xFFFF));
      if (i % 700 == 699) {
        writer.buffer(buffer);
        buffer = BufferWriter.on(i / 700 % 3);
      }
    }
    return writer.buffer(buffer).write(folder.resolve("test.etl"));
  }
}
