package org.wsktrace.etl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.wsktrace.etl.compress.Compression;

/** Real files say what an independent reader says of them. */
final class EtlCorpusTest {
  @Test
  void headersAreAsAnIndependentReaderHasThem() throws IOException {
    SoftAssertions softly = new SoftAssertions();
    for (Corpus.Sample sample : Corpus.samples()) {
      try (EtlFile etl = EtlFile.open(sample.file())) {
        EtlHeader header = etl.header();
        Map<String, String> expected = sample.expected();
        softly
            .assertThat("%d.%d.%d".formatted(header.osMajor(), header.osMinor(), header.osBuild()))
            .as("%s: os", sample)
            .isEqualTo(expected.get("os_build"));
        softly
            .assertThat((long) header.pointerSize())
            .as("%s: pointer size", sample)
            .isEqualTo(sample.number("ptr"));
        softly
            .assertThat(header.bufferSize())
            .as("%s: buffer size", sample)
            .isEqualTo(sample.number("buffer_size"));
        softly
            .assertThat(header.buffersWritten())
            .as("%s: buffers", sample)
            .isEqualTo(sample.number("buffers"));
        softly
            .assertThat(header.eventsLost())
            .as("%s: lost", sample)
            .isEqualTo(sample.number("events_lost"));
        softly
            .assertThat("0x%08x".formatted(header.logFileMode()))
            .as("%s: mode", sample)
            .isEqualTo(expected.get("mode"));
        softly.assertThat(etl.size()).as("%s: size", sample).isEqualTo(sample.number("bytes"));
        softly
            .assertThat(etl.compressedBuffers())
            .as("%s: compressed", sample)
            .isEqualTo(sample.number("compressed_buffers"));
        softly
            .assertThat(etl.compression())
            .as("%s: compression", sample)
            .isEqualTo(sample.compressed() ? Optional.of(Compression.XPRESS) : Optional.empty());
        softly
            .assertThat(etl.uncompressedBytes())
            .as("%s: uncompressed", sample)
            .isEqualTo(sample.number("uncompressed_bytes"));
        softly
            .assertThat(header.compressed())
            .as("%s: compressed mode", sample)
            .isEqualTo(sample.compressed());
        softly
            .assertThat(header.formatMajor())
            .as("%s: format", sample)
            .isEqualTo(sample.compressed() ? 2 : 1);
      }
    }
    softly.assertAll();
  }

  @Test
  void eventsAreCountedAsAnIndependentReaderCountsThem() throws IOException {
    for (Corpus.Sample sample : Corpus.samples()) {
      try (EtlFile etl = EtlFile.open(sample.file())) {
        EtlSummary summary = etl.read(_ -> {});
        Map<String, Long> types = new HashMap<>();
        summary.delivered().forEach((type, count) -> types.put(type.name(), count));
        summary.skipped().forEach((type, count) -> types.put(type.name(), count));

        assertThat(types).as("%s", sample).isEqualTo(counts(sample.expected().get("header_types")));
        assertThat(summary.events() + summary.skippedEvents()).isEqualTo(sample.number("events"));
        assertThat(summary.buffers()).isEqualTo(sample.number("buffers"));
        assertThat(summary.compressedBuffers()).isEqualTo(sample.number("compressed_buffers"));
        assertThat(summary.uncompressedBytes()).isEqualTo(sample.number("uncompressed_bytes"));
        assertThat(summary.corruptBuffers()).as("%s", sample).isZero();
        assertThat(summary.outOfOrder()).as("%s", sample).isZero();
        assertThat(summary.complete())
            .as("%s", sample)
            .isEqualTo(sample.number("events_lost") == 0);
      }
    }
  }

  @Test
  void timesAreAsAnIndependentReaderHasThem() throws IOException {
    for (Corpus.Sample sample : Corpus.samples()) {
      try (EtlFile etl = EtlFile.open(sample.file())) {
        List<Instant> times = new ArrayList<>();
        etl.read(event -> times.add(event.instant()));
        // The table leaves out the event that describes the trace.
        assertThat(times.get(1).truncatedTo(ChronoUnit.MICROS))
            .as("%s", sample)
            .isEqualTo(instant(sample.expected().get("first_event")));
        assertThat(times.getLast().truncatedTo(ChronoUnit.MICROS))
            .as("%s", sample)
            .isEqualTo(instant(sample.expected().get("last_event")));
      }
    }
  }

  @Test
  void extendedItemsAreCountedAsAnIndependentReaderCountsThem() throws IOException {
    for (Corpus.Sample sample : Corpus.samples()) {
      Map<String, Long> types = new HashMap<>();
      try (EtlFile etl = EtlFile.open(sample.file())) {
        etl.read(
            event -> {
              for (int i = event.firstItem(); i >= 0; i = event.nextItem(i)) {
                types.merge(String.valueOf(event.itemType(i)), 1L, Long::sum);
              }
            });
      }
      assertThat(types).as("%s", sample).isEqualTo(counts(sample.expected().get("ext_items")));
    }
  }

  /** Of "a=1 b=2" or "a:1 b:2". */
  private static Map<String, Long> counts(String text) {
    Map<String, Long> counts = new HashMap<>();
    Arrays.stream(text.split(" "))
        .filter(count -> !count.isEmpty())
        .map(count -> count.split("[=:]", 2))
        .forEach(count -> counts.put(count[0], Long.valueOf(count[1])));
    return counts;
  }

  private static Instant instant(String text) {
    return LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
  }
}
