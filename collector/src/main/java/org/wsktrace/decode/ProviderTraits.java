package org.wsktrace.decode;

import static org.wsktrace.etl.layout.LittleEndian.guidHigh;
import static org.wsktrace.etl.layout.LittleEndian.guidLow;
import static org.wsktrace.etl.layout.LittleEndian.u16;
import static org.wsktrace.etl.layout.LittleEndian.u8;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a provider said of itself when it registered (EventSetInformation, EventProviderSetTraits of
 * evntprov.h).
 *
 * <pre>
 *   u16 size, of all | name, UTF-8, NUL | trait | trait | ...
 *   trait: u16 size, of all of it | u8 type, 1 for the group | its GUID
 * </pre>
 *
 * @param name of the provider, or empty
 * @param group of providers to which it belongs, or null
 */
record ProviderTraits(String name, @Nullable UUID group) {
  private static final int MAX_NAME_BYTES = 1024;
  private static final int TRAIT_BYTES = 3;
  private static final int TYPE_GROUP = 1;
  private static final int GUID_BYTES = 16;

  /** As far as they make sense. */
  static ProviderTraits read(MemorySegment segment, long offset, int size) {
    if (size <= 2) {
      return new ProviderTraits("", null);
    }
    long end = offset + Math.min(size, u16(segment, offset));
    int nul = PayloadText.bytesToNul(segment, offset + 2, end);
    long length = nul < 0 ? Math.max(0, end - offset - 2) : nul;
    byte[] name =
        segment
            .asSlice(offset + 2, Math.min(length, MAX_NAME_BYTES))
            .toArray(ValueLayout.JAVA_BYTE);
    return new ProviderTraits(
        new String(name, StandardCharsets.UTF_8), group(segment, offset + 2 + length + 1, end));
  }

  private static @Nullable UUID group(MemorySegment segment, long from, long end) {
    long at = from;
    while (at + TRAIT_BYTES <= end) {
      int size = u16(segment, at);
      if (size < TRAIT_BYTES || at + size > end) {
        return null;
      }
      if (u8(segment, at + 2) == TYPE_GROUP && size == TRAIT_BYTES + GUID_BYTES) {
        return new UUID(guidHigh(segment, at + TRAIT_BYTES), guidLow(segment, at + TRAIT_BYTES));
      }
      at += size;
    }
    return null;
  }
}
