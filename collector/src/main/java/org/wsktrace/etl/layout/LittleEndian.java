package org.wsktrace.etl.layout;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Reads unaligned little-endian numbers. Offsets are in bytes from the start of the segment; one
 * outside of it is an {@link IndexOutOfBoundsException}, so check sizes first.
 */
public final class LittleEndian {
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private LittleEndian() {}

  /** 0 to 255. */
  public static int u8(MemorySegment segment, long offset) {
    return segment.get(ValueLayout.JAVA_BYTE, offset) & 0xFF;
  }

  /** 0 to 65535. */
  public static int u16(MemorySegment segment, long offset) {
    return segment.get(SHORT, offset) & 0xFFFF;
  }

  /** All 32 bits; {@link Integer#toUnsignedLong} where the field is unsigned and may be large. */
  public static int i32(MemorySegment segment, long offset) {
    return segment.get(INT, offset);
  }

  /** 0 to 2^32 - 1. */
  public static long u32(MemorySegment segment, long offset) {
    return segment.get(INT, offset) & 0xFFFF_FFFFL;
  }

  /** All 64 bits. */
  public static long i64(MemorySegment segment, long offset) {
    return segment.get(LONG, offset);
  }

  /** A GUID's first half, as {@link java.util.UUID#getMostSignificantBits} has it. */
  public static long guidHigh(MemorySegment segment, long offset) {
    return (long) i32(segment, offset) << 32
        | (long) u16(segment, offset + 4) << 16
        | u16(segment, offset + 6);
  }

  /** A GUID's second half, as {@link java.util.UUID#getLeastSignificantBits} has it. */
  public static long guidLow(MemorySegment segment, long offset) {
    return Long.reverseBytes(i64(segment, offset + 8));
  }
}
