package org.wsktrace.decode.inventory;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wsktrace.decode.EventDecoder;
import org.wsktrace.decode.Schemas;
import org.wsktrace.decode.kernel.KernelClass;
import org.wsktrace.decode.kernel.KernelGroup;
import org.wsktrace.decode.kernel.KernelSchemas;
import org.wsktrace.etl.EventConsumer;
import org.wsktrace.etl.record.EtlClock;
import org.wsktrace.etl.record.EventRecord;
import org.wsktrace.etl.record.HeaderType;

/**
 * Finds out what is in a trace: give it every event, then ask for the {@link #inventory}.
 *
 * {@snippet lang=java :
 * var inventory = new TraceInventory(file.header().clock(), new Schemas());
 * file.read(inventory);
 * show(inventory.inventory());
 * }
 *
 * <p>Nothing is allocated for an event, but for those that tell of modules and processes, and that
 * describe other events.
 *
 * <p>Belongs to the thread that reads.
 */
public final class TraceInventory implements EventConsumer {
  /** Providers that are told apart. */
  public static final int MAX_PROVIDERS = 4096;

  /** Loads of images that are kept. */
  public static final int MAX_MODULES = 1 << 16;

  /** Processes that are kept. */
  public static final int MAX_PROCESSES = 1 << 16;

  // Of names and paths, each text once.
  private static final long MAX_CHARACTERS = 8 << 20;

  private static final int FEW_ITEM_TYPES = 32;
  private static final int ALL_ITEM_TYPES = 1 << 16;

  private static final UUID PROCESS = UUID.fromString("3d6fa8d0-fe05-11d0-9dda-00c04fd7ba7c");
  private static final UUID IMAGE = UUID.fromString("2cb15d1d-5fc1-11d2-abe1-00a0c911f518");
  private static final UUID IMAGE_ID = UUID.fromString("b3e675d7-2554-4f18-830b-2762732560de");
  private static final UUID SYSTEM_CONFIG_EX =
      UUID.fromString("9b79ee91-b5fd-41c0-a243-4248e266e9d0");

  private static final int GROUP_EVENT_TRACE = 0x00;
  private static final int GROUP_PROCESS = 0x03;
  private static final int GROUP_IMAGE = 0x14;

  private final EtlClock clock;
  private final Schemas schemas;
  private final EventDecoder decoder;
  // A count of one number for each, so that counting allocates nothing.
  private final Map<HeaderType, long[]> types = new EnumMap<>(HeaderType.class);
  private final long[] groups = new long[256];
  private final GuidCounts providers = new GuidCounts(MAX_PROVIDERS);
  private final TextBudget texts = new TextBudget(MAX_CHARACTERS);
  private final ModuleLog modules = new ModuleLog(MAX_MODULES, texts);
  private final ProcessLog processes = new ProcessLog(MAX_PROCESSES, texts);
  private long[] items = new long[FEW_ITEM_TYPES];
  private long first = Long.MAX_VALUE;
  private long last = Long.MIN_VALUE;
  private String buildLab = "";

  /**
   * An inventory of nothing.
   *
   * @param clock of the trace
   * @param schemas names providers; learns from the events
   */
  public TraceInventory(EtlClock clock, Schemas schemas) {
    this.clock = clock;
    this.schemas = schemas;
    this.decoder = new EventDecoder(schemas);
    for (HeaderType type : HeaderType.values()) {
      types.put(type, new long[1]);
    }
  }

  @Override
  public void accept(EventRecord event) {
    HeaderType type = event.headerType();
    count(type);
    int group = event.group();
    if (group >= 0) {
      groups[group]++;
      if (group == GROUP_EVENT_TRACE && event.opcode() == 0) {
        // Describes the trace; its time is the start of the session.
        return;
      }
      if (group == GROUP_PROCESS || group == GROUP_IMAGE || group == GROUP_EVENT_TRACE) {
        tell(event);
      }
    } else {
      providers.add(event.providerHigh(), event.providerLow());
      countItems(event);
      schemas.learn(event);
      switch (type) {
        case FULL32, FULL64, INSTANCE32, INSTANCE64 -> tellClassic(event);
        default -> {}
      }
    }
    long ticks = event.timestamp();
    first = Math.min(first, ticks);
    last = Math.max(last, ticks);
  }

  private void count(HeaderType type) {
    long[] count = types.get(type);
    if (count != null) {
      count[0]++;
    }
  }

  private void countItems(EventRecord event) {
    for (int item = event.firstItem(); item >= 0; item = event.nextItem(item)) {
      int type = event.itemType(item);
      if (type >= items.length) {
        items = Arrays.copyOf(items, ALL_ITEM_TYPES);
      }
      items[type]++;
    }
  }

  private void tellClassic(EventRecord event) {
    if (event.isFrom(IMAGE)
        || event.isFrom(PROCESS)
        || event.isFrom(IMAGE_ID)
        || event.isFrom(SYSTEM_CONFIG_EX)) {
      tell(event);
    }
  }

  /** An event that may tell of a module, of a process or of Windows. */
  private void tell(EventRecord event) {
    Said said = new Said(decoder.decode(event));
    int process = event.processId();
    switch (said.event().event()) {
      case "Image/Load" -> modules.load(said, process, event.instant());
      case "Image/UnLoad" -> modules.unload(said, process, event.instant());
      case "Image/DCStart", "Image/DCEnd" -> modules.rundown(said, process);
      case "ImageID/Info" -> modules.info(said, process);
      case "ImageID/DbgID_RSDS" -> modules.pdb(said, process, false);
      case "ImageID/DbgID_ILRSDS" -> modules.pdb(said, process, true);
      case "Process/Start" -> processes.start(said, event.instant());
      case "Process/End" -> processes.end(said, event.instant());
      case "Process/DCStart", "Process/DCEnd" -> processes.rundown(said);
      case "SystemConfigEx/BuildInfo", "EventTrace/BuildLab" ->
          buildLab = texts.keep(said.text("BuildLab"));
      default -> {}
    }
  }

  /** What was in the events so far. */
  public Inventory inventory() {
    return new Inventory(
        types.values().stream().mapToLong(count -> count[0]).sum(),
        headerTypes(),
        items(),
        instant(first),
        instant(last),
        providers(),
        providers.others(),
        groups(),
        modules.modules(),
        modules.others(),
        processes.processes(),
        processes.others(),
        buildLab);
  }

  private @Nullable Instant instant(long ticks) {
    return first > last ? null : clock.instant(ticks);
  }

  private Map<HeaderType, Long> headerTypes() {
    Map<HeaderType, Long> counts = new EnumMap<>(HeaderType.class);
    types.forEach(
        (type, count) -> {
          if (count[0] > 0) {
            counts.put(type, count[0]);
          }
        });
    return counts;
  }

  private List<Inventory.ItemCount> items() {
    List<Inventory.ItemCount> counts = new ArrayList<>();
    for (int type = 0; type < items.length; type++) {
      if (items[type] > 0) {
        counts.add(new Inventory.ItemCount(type, ItemNames.of(type), items[type]));
      }
    }
    return counts;
  }

  private List<Inventory.ProviderCount> providers() {
    return providers.entries().stream()
        .map(entry -> new Inventory.ProviderCount(entry.guid(), name(entry.guid()), entry.count()))
        .sorted(
            Comparator.comparingLong(Inventory.ProviderCount::events)
                .reversed()
                .thenComparing(Inventory.ProviderCount::guid))
        .toList();
  }

  private String name(UUID guid) {
    KernelClass known = KernelSchemas.builtIn().classOf(guid);
    return known == null ? schemas.providerName(guid) : known.provider() + "/" + known.name();
  }

  private List<Inventory.GroupCount> groups() {
    List<Inventory.GroupCount> counts = new ArrayList<>();
    for (int group = 0; group < groups.length; group++) {
      if (groups[group] > 0) {
        counts.add(new Inventory.GroupCount(group, KernelGroup.name(group), groups[group]));
      }
    }
    return counts;
  }
}
