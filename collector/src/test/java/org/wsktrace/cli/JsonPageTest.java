package org.wsktrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wsktrace.etl.BufferWriter;
import org.wsktrace.etl.Corpus;
import org.wsktrace.etl.EtlWriter;
import org.wsktrace.etl.EventWriter;
import org.wsktrace.recorder.RingImage;

/** docs/json.md names every key that is printed. */
final class JsonPageTest {
  private static final UUID GUID = UUID.fromString("1e0b3d2a-5c4f-4a6b-8d7e-9f0a1b2c3d4e");

  @TempDir private Path folder;

  @Test
  void keysOfEveryKindOfEvent() throws IOException {
    Path file =
        new EtlWriter()
            .buffer(
                BufferWriter.on(0)
                    .add(
                        EventWriter.at(1)
                            .from(GUID, 4, 8)
                            .item(1, new byte[16])
                            .item(6, new byte[16])
                            .item(10, new byte[8])
                            .payload((byte) 1))
                    .add(EventWriter.system(2, 15, 46).counters(2, true))
                    .add(EventWriter.instance(3, GUID, 1, 2, 3, GUID))
                    .add(EventWriter.message(4, GUID, 10, 2)))
            .write(folder.resolve("a.etl"));
    Set<String> keys = new TreeSet<>();

    Run.of("events", "--format", "json", file)
        .out()
        .lines()
        .map(JsonTree::object)
        .forEach(
            event -> {
              keys.addAll(event.keySet());
              if (event.get("items") instanceof List<?> items) {
                items.forEach(item -> addKeys(item, keys));
              }
            });

    assertThat(keys).contains("items", "stack", "data", "counters", "instance", "message_flags");
    areOnThePage(keys);
  }

  @Test
  void keysOfInfo() throws IOException {
    for (Corpus.Sample sample : Corpus.samples()) {
      Map<String, @Nullable Object> info =
          JsonTree.object(Run.of("info", "--format", "json", sample.file()).out());
      Set<String> keys = new TreeSet<>();
      info.remove("header_types");
      info.remove("ext_items");
      info.remove("skipped_events");
      addKeys(info, keys);

      areOnThePage(keys);
    }
  }

  @Test
  void keysOfInfoOfACrashDump() throws IOException {
    byte[] dump = RingImage.started(9).trace(Samples.mdlFreed()).toDump();
    byte[] older = RingImage.started(5).trace("wtrace 1\n1 1us IrpFree\n").toBytes();
    byte[] both = Arrays.copyOf(dump, dump.length + older.length);
    System.arraycopy(older, 0, both, dump.length, older.length);
    Path file = Files.write(folder.resolve("a.dmp"), both);
    Map<String, @Nullable Object> info =
        JsonTree.object(Run.of("info", "--format", "json", file).out());
    if (info.get("wsktrace") instanceof Map<?, ?> ours) {
      ours.remove("by_event");
    }
    Set<String> keys = new TreeSet<>();
    addKeys(info, keys);

    assertThat(keys).contains("bug_check_code", "older_captures", "records");
    areOnThePage(keys);
  }

  private static void addKeys(@Nullable Object json, Set<String> keys) {
    if (json instanceof Map<?, ?> object) {
      object.forEach(
          (key, value) -> {
            keys.add(key.toString());
            addKeys(value, keys);
          });
    } else if (json instanceof List<?> array) {
      array.forEach(element -> addKeys(element, keys));
    }
  }

  private static void areOnThePage(Set<String> keys) throws IOException {
    String page = Files.readString(Path.of("../docs/json.md"));
    assertThat(keys)
        .isNotEmpty()
        .allSatisfy(key -> assertThat(page).containsAnyOf("`" + key + "`", "`" + key + "[]`"));
  }
}
