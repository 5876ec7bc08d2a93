package org.wsktrace.decode.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.wsktrace.decode.Schemas;
import org.wsktrace.etl.Corpus;
import org.wsktrace.etl.EtlFile;

/** What is in real files is what an independent reader counts there. */
final class InventoryCorpusTest {
  private static Inventory of(Corpus.Sample sample) throws IOException {
    try (EtlFile etl = EtlFile.open(sample.file())) {
      var inventory = new TraceInventory(etl.header().clock(), new Schemas());
      etl.read(inventory);
      return inventory.inventory();
    }
  }

  private interface Question {
    void ask(Corpus.Sample sample, Inventory inventory);
  }

  private static void each(Question question) throws IOException {
    for (Corpus.Sample sample : Corpus.samples()) {
      question.ask(sample, of(sample));
    }
  }

  @Test
  void eventsAreCountedByHeaderAndItem() throws IOException {
    each(
        (sample, inventory) -> {
          Map<String, Long> types = new HashMap<>();
          inventory.headerTypes().forEach((type, count) -> types.put(type.name(), count));
          Map<String, Long> items = new HashMap<>();
          inventory.items().forEach(item -> items.put("" + item.type(), item.count()));

          assertThat(inventory.events()).as("%s", sample).isEqualTo(sample.number("events"));
          assertThat(types)
              .as("%s", sample)
              .isEqualTo(counts(sample.expected().get("header_types"), "="));
          assertThat(items)
              .as("%s", sample)
              .isEqualTo(counts(sample.expected().get("ext_items"), ":"));
        });
  }

  @Test
  void theFirstAndTheLastEventHaveTheirTimes() throws IOException {
    each(
        (sample, inventory) -> {
          assertThat(micros(inventory.first()))
              .as("%s", sample)
              .isEqualTo(instant(sample.expected().get("first_event")));
          assertThat(micros(inventory.last()))
              .as("%s", sample)
              .isEqualTo(instant(sample.expected().get("last_event")));
        });
  }

  @Test
  void eventsAreCountedByProviderAndGroup() throws IOException {
    each(
        (sample, inventory) -> {
          String column = sample.expected().get("providers_and_kernel_groups");
          for (String entry : column.split("; ", -1)) {
            int equals = entry.lastIndexOf('=');
            long count = Long.parseLong(entry.substring(equals + 1));
            String name = entry.substring(0, equals);
            assertThat(
                    name.startsWith("kernel:")
                        ? groupCounts(inventory, name.substring("kernel:".length()))
                        : providerCounts(inventory, name))
                .as("%s: %s", sample, name)
                .contains(count);
          }
          assertThat(
                  inventory.providers().stream().mapToLong(Inventory.ProviderCount::events).sum()
                      + inventory.groups().stream().mapToLong(Inventory.GroupCount::events).sum())
              .as("%s", sample)
              .isEqualTo(inventory.events());
        });
  }

  private static List<Long> groupCounts(Inventory inventory, String name) {
    return inventory.groups().stream()
        .filter(group -> group.name().equals(name))
        .map(Inventory.GroupCount::events)
        .toList();
  }

  /** The table adds to some names what kind of provider it is, and has names that no file says. */
  private static List<Long> providerCounts(Inventory inventory, String name) {
    String plain =
        name.replaceAll("\\(.*\\)$", "").replaceAll("^(KernelTraceControl|MSNT_.*)/", "");
    return inventory.providers().stream()
        .filter(
            provider ->
                provider.name().isEmpty()
                    || provider.guid().toString().equals(plain)
                    || provider.name().endsWith(plain.replace("ImageLoad", "Image")))
        .map(Inventory.ProviderCount::events)
        .toList();
  }

  @Test
  void modulesAndProcessesAreFollowed() throws IOException {
    each(
        (sample, inventory) -> {
          if (sample.toString().startsWith("pv_diaghub1__diaghub.kernel")) {
            assertThat(inventory.modules()).hasSizeGreaterThan(15_000);
            assertThat(inventory.modules().getFirst().path())
                .isEqualTo("\\SystemRoot\\system32\\ntoskrnl.exe");
            TracedProcess process =
                inventory.processes().stream()
                    .filter(known -> known.processId() == 2140)
                    .findFirst()
                    .orElseThrow();
            assertThat(process.imageName()).isEqualTo("locProject.exe");
            assertThat(process.exitStatus()).isEqualTo(0xC000_013A);
            assertThat(process.started()).isNotNull().isBefore(process.ended());
          }
          if (sample.toString().startsWith("pv_net452x64")) {
            assertThat(inventory.buildLab()).isEqualTo("9200.16384.amd64fre.win8_rtm.120725-1247");
            assertThat(inventory.modules().stream().map(LoadedModule::pdb).filter(Objects::nonNull))
                .hasSize(1792);
          }
        });
  }

  private static Map<String, Long> counts(String text, String sign) {
    Map<String, Long> counts = new HashMap<>();
    Arrays.stream(text.split(" ", -1))
        .filter(count -> !count.isEmpty())
        .map(count -> count.split(sign, -1))
        .forEach(count -> counts.put(count[0], Long.valueOf(count[1])));
    return counts;
  }

  private static @Nullable Instant micros(@Nullable Instant time) {
    return time == null ? null : time.truncatedTo(ChronoUnit.MICROS);
  }

  private static Instant instant(String text) {
    return LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
  }
}
