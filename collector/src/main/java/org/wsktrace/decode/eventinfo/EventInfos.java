package org.wsktrace.decode.eventinfo;

import static org.wsktrace.etl.layout.LittleEndian.guidHigh;
import static org.wsktrace.etl.layout.LittleEndian.guidLow;
import static org.wsktrace.etl.layout.LittleEndian.u16;
import static org.wsktrace.etl.layout.LittleEndian.u32;
import static org.wsktrace.etl.layout.LittleEndian.u8;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wsktrace.decode.schema.EventSchema;
import org.wsktrace.decode.schema.ValueMap;

/**
 * What TDH said of events, kept as it came and read when an event asks for it: maps may come behind
 * the events that use them.
 *
 * <p>Belongs to one thread.
 */
public final class EventInfos {
  /** Of the events that carry descriptions, all of them with a FULL header. */
  public static final UUID EVENT_METADATA = UUID.fromString("bbccf6c1-6cd1-48c4-80ff-839482e37671");

  /** Opcode of {@link #EVENT_METADATA}: TRACE_EVENT_INFO. */
  public static final int OPCODE_EVENT_INFO = 32;

  /** Opcode of {@link #EVENT_METADATA}: the provider's GUID and EVENT_MAP_INFO. */
  public static final int OPCODE_MAP_INFO = 33;

  /** Bytes that are kept. More than ten thousand descriptions of the usual size. */
  private static final long MAX_BYTES = 16 << 20;

  // What a description costs besides itself.
  private static final int BYTES_BESIDES = 256;

  private static final int GUID_BYTES = 16;

  private final Map<Key, Known> known = new HashMap<>();
  private final Map<UUID, Provider> providers = new HashMap<>();
  private long bytes;
  private long refused;

  /**
   * @param high of the GUID of the provider, of a classic event of the GUID of its class
   * @param number id of a manifest event, opcode of a classic one
   * @param classic whether it is that
   */
  private record Key(long high, long low, int number, int version, boolean classic) {}

  /** What is known of a provider. */
  private static final class Provider {
    private final Map<String, ValueMap> maps = new HashMap<>();
    private String name = "";
  }

  /** A description and, once it was asked for, the schema. */
  private static final class Known {
    private final byte[] info;
    private final Provider provider;
    private @Nullable EventSchema schema;
    // How many maps there were when the schema was made.
    private int mapsThen;

    Known(byte[] info, Provider provider) {
      this.info = info;
      this.provider = provider;
    }

    EventSchema schema() {
      EventSchema made = schema;
      if (made == null || mapsThen != provider.maps.size()) {
        mapsThen = provider.maps.size();
        made = new EventInfo(MemorySegment.ofArray(info), provider.maps).schema();
        schema = made;
      }
      return made;
    }
  }

  /** Keeps a TRACE_EVENT_INFO; the first one of an event counts. */
  public void learnEvent(MemorySegment segment, long offset, int size) {
    if (size < EventInfoLayout.BYTES) {
      refused++;
      return;
    }
    long source = u32(segment, offset + EventInfoLayout.DECODING_SOURCE);
    boolean classic = source == EventInfoLayout.SOURCE_WBEM;
    if (!classic && source != EventInfoLayout.SOURCE_XML) {
      // WPP: describes the text TDH would make, not the payload. TraceLogging: the event has it.
      return;
    }
    UUID guid = guid(segment, offset + EventInfoLayout.PROVIDER);
    UUID named = classic ? guid(segment, offset + EventInfoLayout.EVENT_CLASS) : guid;
    Key key =
        new Key(
            named.getMostSignificantBits(),
            named.getLeastSignificantBits(),
            classic
                ? u8(segment, offset + EventInfoLayout.OPCODE)
                : u16(segment, offset + EventInfoLayout.ID),
            u8(segment, offset + EventInfoLayout.VERSION),
            classic);
    if (!known.containsKey(key) && room(size)) {
      MemorySegment info = segment.asSlice(offset, size);
      Provider provider = provider(guid);
      known.put(key, new Known(info.toArray(ValueLayout.JAVA_BYTE), provider));
      if (provider.name.isEmpty()) {
        provider.name = new InfoTexts(info).at(u32(info, EventInfoLayout.PROVIDER_NAME));
      }
    }
  }

  /** Keeps the GUID of a provider and an EVENT_MAP_INFO behind it. */
  public void learnMap(MemorySegment segment, long offset, int size) {
    ValueMap map =
        size < GUID_BYTES
            ? null
            : EventMapInfo.read(segment.asSlice(offset + GUID_BYTES, size - GUID_BYTES));
    if (map == null) {
      refused++;
      return;
    }
    UUID guid = guid(segment, offset);
    Provider provider = providers.get(guid);
    boolean isNew = provider == null || !provider.maps.containsKey(map.name());
    if (isNew && room(size)) {
      provider(guid).maps.put(map.name(), map);
    }
  }

  private Provider provider(UUID guid) {
    return providers.computeIfAbsent(guid, _ -> new Provider());
  }

  private boolean room(int size) {
    boolean room = bytes + size + BYTES_BESIDES <= MAX_BYTES;
    bytes += room ? size + BYTES_BESIDES : 0;
    refused += room ? 0 : 1;
    return room;
  }

  /** The schema of an event of a manifest, or null. */
  public @Nullable EventSchema find(long providerHigh, long providerLow, int id, int version) {
    return find(new Key(providerHigh, providerLow, id, version, false));
  }

  /** The schema of a classic event, or null. */
  public @Nullable EventSchema findClassic(long classHigh, long classLow, int opcode, int version) {
    return find(new Key(classHigh, classLow, opcode, version, true));
  }

  private @Nullable EventSchema find(Key key) {
    Known event = known.get(key);
    return event == null ? null : event.schema();
  }

  /** What a provider is called, or empty. */
  public String providerName(UUID guid) {
    Provider provider = providers.get(guid);
    return provider == null ? "" : provider.name;
  }

  /** How many descriptions made no sense or had no room. */
  public long refused() {
    return refused;
  }

  private static UUID guid(MemorySegment segment, long at) {
    return new UUID(guidHigh(segment, at), guidLow(segment, at));
  }
}
