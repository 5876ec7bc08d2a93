package org.wsktrace.decode.eventinfo;

import static org.wsktrace.etl.layout.LittleEndian.u16;
import static org.wsktrace.etl.layout.LittleEndian.u32;
import static org.wsktrace.etl.layout.LittleEndian.u8;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.wsktrace.decode.schema.EventNames;
import org.wsktrace.decode.schema.EventSchema;
import org.wsktrace.decode.schema.Extent;
import org.wsktrace.decode.schema.FieldSchema;
import org.wsktrace.decode.schema.InType;
import org.wsktrace.decode.schema.OutType;
import org.wsktrace.decode.schema.ValueMap;

/**
 * Reads one TRACE_EVENT_INFO. Properties that make no sense become a field of {@link
 * InType#UNKNOWN}: what stands in front of them stays.
 */
final class EventInfo {
  /** Structs within structs; TDH allows none. */
  private static final int MAX_DEPTH = 4;

  private final MemorySegment info;
  private final InfoTexts texts;
  private final Map<String, ValueMap> maps;
  private final int properties;
  // Properties whose number another one asks for.
  private final BitSet asked = new BitSet();
  // Of members, since one struct may be told to have all properties, and another one as well.
  private int left;

  /**
   * @param info of at least {@link EventInfoLayout#BYTES}
   * @param maps of the provider, by name
   */
  EventInfo(MemorySegment info, Map<String, ValueMap> maps) {
    this.info = info;
    texts = new InfoTexts(info);
    this.maps = maps;
    long room = (info.byteSize() - EventInfoLayout.BYTES) / EventInfoLayout.PROPERTY_BYTES;
    properties = (int) Math.min(u32(info, EventInfoLayout.PROPERTY_COUNT), room);
    left = 2 * properties;
  }

  EventSchema schema() {
    for (int i = 0; i < properties; i++) {
      ask(i, EventInfoLayout.FLAG_COUNT_PROPERTY, EventInfoLayout.COUNT);
      ask(i, EventInfoLayout.FLAG_LENGTH_PROPERTY, EventInfoLayout.LENGTH);
    }
    long top = u32(info, EventInfoLayout.TOP_LEVEL_PROPERTY_COUNT);
    return EventSchema.of(
        text(EventInfoLayout.PROVIDER_NAME), event(), fields(0, (int) Math.min(top, 1 << 16), 0));
  }

  private void ask(int property, int flag, int where) {
    int number = u16(info, at(property) + where);
    boolean asks = (flags(property) & flag) != 0;
    if (asks && !asksNobody(flags(property), flag, number)) {
      asked.set(number);
    }
  }

  private boolean asksNobody(int flags, int flag, int number) {
    return (flags & flag) != 0 && number >= Math.min(properties, FieldSchema.MAX_SLOTS);
  }

  /** See {@link EventNames}. */
  private String event() {
    boolean manifest = u32(info, EventInfoLayout.DECODING_SOURCE) == EventInfoLayout.SOURCE_XML;
    String name = manifest ? text(EventInfoLayout.EVENT_NAME) : "";
    int opcode = u8(info, EventInfoLayout.OPCODE);
    return EventNames.eventName(
        name, text(EventInfoLayout.TASK_NAME), opcode, text(EventInfoLayout.OPCODE_NAME), "");
  }

  private List<FieldSchema> fields(int first, int count, int depth) {
    List<FieldSchema> fields = new ArrayList<>();
    for (int i = first; i < first + count; i++) {
      // A property that is not there: the description is cut.
      FieldSchema field =
          i < properties && --left >= 0 ? field(i, depth) : FieldSchema.of("", InType.UNKNOWN);
      fields.add(field);
      if (field.in() == InType.UNKNOWN) {
        break;
      }
    }
    return fields;
  }

  private FieldSchema field(int property, int depth) {
    long at = at(property);
    String name = texts.at(u32(info, at + EventInfoLayout.NAME));
    int flags = flags(property);
    int in = u16(info, at + EventInfoLayout.IN_TYPE);
    int out = u16(info, at + EventInfoLayout.OUT_TYPE);
    int countNumber = u16(info, at + EventInfoLayout.COUNT);
    int lengthNumber = u16(info, at + EventInfoLayout.LENGTH);
    if (asksNobody(flags, EventInfoLayout.FLAG_COUNT_PROPERTY, countNumber)
        || asksNobody(flags, EventInfoLayout.FLAG_LENGTH_PROPERTY, lengthNumber)) {
      return FieldSchema.of(name, InType.UNKNOWN);
    }
    Extent count = count(flags, countNumber);
    if ((flags & EventInfoLayout.FLAG_STRUCT) != 0) {
      return depth == MAX_DEPTH
          ? FieldSchema.of(name, InType.UNKNOWN)
          : FieldSchema.struct(name, fields(in, out, depth + 1)).times(count);
    }
    boolean hasMap = (flags & EventInfoLayout.FLAG_CUSTOM_SCHEMA) == 0;
    return FieldSchema.of(name, InType.of(in))
        .as(OutType.ofTdh(out))
        .times(count)
        .sized(length(flags, InType.of(in), lengthNumber))
        .named(hasMap ? map(u32(info, at + EventInfoLayout.MAP_NAME)) : null)
        .keptAs(asked.get(property) ? property : -1);
  }

  private static Extent count(int flags, int count) {
    if ((flags & EventInfoLayout.FLAG_COUNT_PROPERTY) != 0) {
      return Extent.slot(count);
    }
    boolean single = count == 1 && (flags & EventInfoLayout.FLAG_FIXED_COUNT) == 0;
    return single ? Extent.NONE : Extent.fixed(count);
  }

  private static Extent length(int flags, InType in, int length) {
    if ((flags & EventInfoLayout.FLAG_LENGTH_PROPERTY) != 0) {
      return Extent.slot(length);
    }
    return switch (in) {
      case UNICODE_STRING, ANSI_STRING, BINARY -> length == 0 ? Extent.NONE : Extent.fixed(length);
      // TDH says here what the type says already.
      default -> Extent.NONE;
    };
  }

  private @Nullable ValueMap map(long nameOffset) {
    return nameOffset == 0 ? null : maps.get(texts.at(nameOffset));
  }

  private long at(int property) {
    return EventInfoLayout.BYTES + (long) property * EventInfoLayout.PROPERTY_BYTES;
  }

  private int flags(int property) {
    return (int) u32(info, at(property) + EventInfoLayout.FLAGS);
  }

  /** The text to which an offset in the header leads. */
  private String text(int where) {
    return texts.at(u32(info, where));
  }
}
