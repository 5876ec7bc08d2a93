package org.wsktrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.SoftAssertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.wsktrace.etl.Corpus;

/** {@code info --format json} of real files says what an independent reader found in them. */
final class InfoCorpusTest {
  private static final List<String> NUMBERS =
      List.of(
          "bytes",
          "ptr",
          "buffer_size",
          "buffers",
          "compressed_buffers",
          "uncompressed_bytes",
          "events",
          "events_lost");
  private static final List<String> TEXTS =
      List.of("file", "os_build", "mode", "first_event", "last_event");
  private static final int SMALL_BYTES = 1 << 18;
  private static final int MOST_PROVIDERS_IN_THE_TABLE = 12;

  @Test
  void theKeysThatAreColumnsOfTheTable() throws IOException {
    var softly = new SoftAssertions();
    List<Corpus.Sample> samples = Corpus.samples();
    for (Corpus.Sample sample : samples) {
      Run run = Run.of("info", "--format", "json", sample.file());
      assertThat(run.status()).as("%s: %s", sample, run.err()).isZero();
      Map<String, @Nullable Object> info = JsonTree.object(run.out());
      for (String column : NUMBERS) {
        softly
            .assertThat(info.get(column))
            .as("%s: %s", sample, column)
            .isEqualTo(sample.number(column));
      }
      for (String column : TEXTS) {
        softly
            .assertThat(info.get(column))
            .as("%s: %s", sample, column)
            .isEqualTo(sample.expected().get(column));
      }
      softly
          .assertThat(info.get("header_types"))
          .as("%s: header types", sample)
          .isEqualTo(counts(sample.expected().get("header_types"), " ", "="));
      softly
          .assertThat(info.get("ext_items"))
          .as("%s: extended items", sample)
          .isEqualTo(counts(sample.expected().get("ext_items"), " ", ":"));
    }
    softly.assertAll();
    assertThat(samples).hasSizeGreaterThan(20);
  }

  /**
   * The table names providers as its reader did; only the kernel's groups and what has no name are
   * called the same here. It leaves out ETW's own events, and the rarest where there are many.
   */
  @Test
  void providersAndKernelGroups() throws IOException {
    var softly = new SoftAssertions();
    for (Corpus.Sample sample : Corpus.samples()) {
      Map<String, @Nullable Object> info =
          JsonTree.object(Run.of("info", "--format", "json", sample.file()).out());
      List<Long> found = new ArrayList<>();
      Map<String, Long> named = new LinkedHashMap<>();
      for (Object object : (List<?>) info.get("providers_and_kernel_groups")) {
        Map<?, ?> source = (Map<?, ?>) object;
        if (!source.get("name").equals("kernel:EventTrace")) {
          long events = (long) source.get("events");
          found.add(events);
          named.put(source.get("name").toString(), events);
          if (source.get("guid") != null) {
            named.put(source.get("guid").toString(), events);
          }
        }
      }
      Map<String, Long> table =
          counts(sample.expected().get("providers_and_kernel_groups"), "; ", "=");
      if (table.size() < MOST_PROVIDERS_IN_THE_TABLE) {
        softly
            .assertThat(found)
            .as("%s: counts", sample)
            .containsExactlyInAnyOrderElementsOf(table.values());
      } else {
        softly.assertThat(found).as("%s: counts", sample).containsAll(table.values());
      }
      table.forEach(
          (name, events) -> {
            if (name.startsWith("kernel:") || name.matches("[0-9a-f]{8}-.*")) {
              softly.assertThat(named).as("%s", sample).containsEntry(name, events);
            }
          });
    }
    softly.assertAll();
  }

  @Test
  void eventsTakesTheNamesThatInfoGives() throws IOException {
    var softly = new SoftAssertions();
    for (Corpus.Sample sample : Corpus.samples()) {
      if (sample.number("bytes") > SMALL_BYTES) {
        continue;
      }
      Map<String, @Nullable Object> info =
          JsonTree.object(Run.of("info", "--format", "json", sample.file()).out());
      for (Object object : (List<?>) info.get("providers_and_kernel_groups")) {
        Map<?, ?> source = (Map<?, ?>) object;
        Object name = source.get("name").equals("") ? source.get("guid") : source.get("name");
        softly
            .assertThat(Run.of("events", "--provider", name, sample.file()).out().lines().count())
            .as("%s: events of %s", sample, name)
            .isEqualTo(source.get("events"));
      }
    }
    softly.assertAll();
  }

  private static Map<String, Long> counts(String text, String separator, String sign) {
    Map<String, Long> counts = new LinkedHashMap<>();
    for (String entry : text.isEmpty() ? new String[0] : text.split(separator, -1)) {
      int at = entry.lastIndexOf(sign);
      counts.put(entry.substring(0, at), Long.parseLong(entry.substring(at + 1)));
    }
    return counts;
  }
}
