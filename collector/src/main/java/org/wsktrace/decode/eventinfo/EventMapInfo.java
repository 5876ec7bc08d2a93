package org.wsktrace.decode.eventinfo;

import static org.wsktrace.etl.layout.LittleEndian.u32;

import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.wsktrace.decode.schema.ValueMap;

/**
 * Reads one EVENT_MAP_INFO of tdh.h. Offsets are from its start.
 *
 * <pre>
 *   0  u32 name | 4 u32 flags | 8 u32 entries | 12 u32 value type | 16 entries: u32 text, u32 value
 * </pre>
 */
final class EventMapInfo {
  private static final int NAME = 0;
  private static final int FLAGS = 4;
  private static final int ENTRY_COUNT = 8;
  private static final int VALUE_TYPE = 12;
  private static final int ENTRIES = 16;
  private static final int ENTRY_BYTES = 8;
  private static final int MANIFEST_BITMAP = 0x02;
  private static final int PATTERN_MAP = 0x04;
  private static final int WBEM_BITMAP = 0x10;
  private static final int WBEM_FLAG = 0x20;
  // The value is the place of the entry.
  private static final int WBEM_NO_MAP = 0x40;

  private EventMapInfo() {}

  /**
   * @return null where it is no map of numbers
   */
  static @Nullable ValueMap read(MemorySegment info) {
    if (info.byteSize() < ENTRIES) {
      return null;
    }
    long flags = u32(info, FLAGS);
    if ((flags & PATTERN_MAP) != 0 || u32(info, VALUE_TYPE) != 0) {
      return null;
    }
    boolean bits = (flags & (MANIFEST_BITMAP | WBEM_BITMAP | WBEM_FLAG)) != 0;
    boolean places = (flags & WBEM_NO_MAP) != 0;
    Map<Long, String> names = new LinkedHashMap<>();
    long room = (info.byteSize() - ENTRIES) / ENTRY_BYTES;
    long count = Math.min(u32(info, ENTRY_COUNT), room);
    InfoTexts texts = new InfoTexts(info);
    String mapName = texts.at(u32(info, NAME));
    for (int i = 0; i < count; i++) {
      long entry = ENTRIES + (long) i * ENTRY_BYTES;
      String name = texts.at(u32(info, entry));
      long value = u32(info, entry + 4);
      if (places) {
        value = bits ? 1L << i : i;
      }
      names.putIfAbsent(value, name);
    }
    return new ValueMap(mapName, bits, names);
  }
}
