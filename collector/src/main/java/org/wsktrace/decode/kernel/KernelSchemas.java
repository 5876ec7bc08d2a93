package org.wsktrace.decode.kernel;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wsktrace.decode.schema.EventSchema;
import org.wsktrace.etl.record.EventRecord;

/** Finds what a classic event says. Immutable. */
public final class KernelSchemas {
  /** Who logs the kernel's events, and a class unless its table says otherwise. */
  public static final String PROVIDER = "Windows Kernel";

  private static final List<String> TABLES =
      List.of("process", "io", "network", "system", "control");

  private static final KernelSchemas BUILT_IN = new KernelSchemas();

  /** An opcode within a class. */
  private record ClassOpcode(UUID guid, int opcode) {}

  // By hook id, and by class and opcode; then by version.
  private final Map<Integer, NavigableMap<Integer, EventSchema>> byHook = new HashMap<>();
  private final Map<ClassOpcode, NavigableMap<Integer, EventSchema>> byClass = new HashMap<>();
  private final Map<UUID, KernelClass> classes = new HashMap<>();

  private KernelSchemas() {
    for (String table : TABLES) {
      for (ClassTable.Entry entry : ClassTable.read(table + ".classes")) {
        classes.put(entry.of().guid(), entry.of());
        add(byClass, new ClassOpcode(entry.of().guid(), entry.opcode()), entry);
        if (entry.hook() >= 0) {
          add(byHook, entry.hook(), entry);
        }
      }
    }
  }

  private static <K> void add(
      Map<K, NavigableMap<Integer, EventSchema>> to, K key, ClassTable.Entry entry) {
    EventSchema other =
        to.computeIfAbsent(key, _ -> new TreeMap<>()).put(entry.version(), entry.schema());
    if (other != null) {
      throw new IllegalStateException(
          "%s and %s are one event".formatted(other.event(), entry.schema().event()));
    }
  }

  /** Those that come with the program. */
  public static KernelSchemas builtIn() {
    return BUILT_IN;
  }

  /**
   * What an event says, or null where that is not known.
   *
   * @param event of any header type
   */
  public @Nullable EventSchema find(EventRecord event) {
    NavigableMap<Integer, EventSchema> versions =
        switch (event.headerType()) {
          case FULL32, FULL64, INSTANCE32, INSTANCE64 ->
              byClass.get(new ClassOpcode(event.provider(), event.opcode()));
          default -> event.group() < 0 ? null : byHook.get(event.id());
        };
    Map.Entry<Integer, EventSchema> known =
        versions == null ? null : versions.floorEntry(event.version());
    return known == null ? null : known.getValue();
  }

  /** The class with this GUID, or null. */
  public @Nullable KernelClass classOf(UUID guid) {
    return classes.get(guid);
  }
}
