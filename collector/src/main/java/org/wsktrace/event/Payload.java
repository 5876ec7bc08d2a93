package org.wsktrace.event;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The bytes of one payload. Offsets count from its start; numbers are little-endian and unsigned
 * unless they say otherwise. Whoever reads a fixed field has called {@link #require} for the fixed
 * part before.
 */
record Payload(int id, MemorySegment segment, long offset, long size) {
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Reads one struct that starts at an offset. */
  interface StructReader<T> {
    T read(Payload payload, long at);
  }

  void require(long bytes) throws MalformedEventException {
    if (size < bytes) {
      throw new MalformedEventException(id, size, bytes);
    }
  }

  int u1(long at) {
    return Byte.toUnsignedInt(segment.get(ValueLayout.JAVA_BYTE, offset + at));
  }

  int u2(long at) {
    return Short.toUnsignedInt(segment.get(SHORT, offset + at));
  }

  long u4(long at) {
    return Integer.toUnsignedLong(i4(at));
  }

  /** The 32 bits as they are, for an NTSTATUS. */
  int i4(long at) {
    return segment.get(INT, offset + at);
  }

  /** The 64 bits as they are. */
  long u8(long at) {
    return segment.get(LONG, offset + at);
  }

  Bytes bytes(long at, int count) {
    return Bytes.of(segment.asSlice(offset + at, count).toArray(ValueLayout.JAVA_BYTE));
  }

  /** UTF-16 up to a NUL, or to the end of the payload where there is none. */
  String text(long at) {
    long end = at;
    while (end + 2 <= size && u2(end) != 0) {
      end += 2;
    }
    return new String(
        segment.asSlice(offset + at, end - at).toArray(ValueLayout.JAVA_BYTE),
        StandardCharsets.UTF_16LE);
  }

  <T> List<T> list(long at, int structSize, int count, StructReader<T> reader)
      throws MalformedEventException {
    require(at + (long) structSize * count);
    List<T> items = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      items.add(reader.read(this, at + (long) i * structSize));
    }
    return List.copyOf(items);
  }
}
