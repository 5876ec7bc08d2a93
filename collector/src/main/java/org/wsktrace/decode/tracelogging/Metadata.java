package org.wsktrace.decode.tracelogging;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A description as a key: its bytes and the provider. One that looks at an event's bytes finds an
 * equal one that owns a copy of them.
 */
final class Metadata {
  private long providerHigh;
  private long providerLow;
  private MemorySegment segment = MemorySegment.NULL;
  private long offset;
  private int size;
  private int hash;

  void set(long newHigh, long newLow, MemorySegment newSegment, long newOffset, int newSize) {
    providerHigh = newHigh;
    providerLow = newLow;
    segment = newSegment;
    offset = newOffset;
    size = newSize;
    hash = hashOf();
  }

  /** Keeps no segment alive. */
  void forget() {
    segment = MemorySegment.NULL;
    offset = 0;
    size = 0;
  }

  /** One that owns its bytes. */
  static Metadata copyOf(long high, long low, MemorySegment segment, long offset, int size) {
    byte[] owned = segment.asSlice(offset, size).toArray(ValueLayout.JAVA_BYTE);
    var copy = new Metadata();
    copy.set(high, low, MemorySegment.ofArray(owned), 0, size);
    return copy;
  }

  MemorySegment bytes() {
    return segment.asSlice(offset, size);
  }

  private int hashOf() {
    long sum = providerHigh * 31 + providerLow + size;
    int i = 0;
    for (; i + 8 <= size; i += 8) {
      sum = (sum ^ segment.get(ValueLayout.JAVA_LONG_UNALIGNED, offset + i)) * 0x9E3779B97F4A7C15L;
      sum ^= sum >>> 29;
    }
    for (; i < size; i++) {
      sum = sum * 31 + segment.get(ValueLayout.JAVA_BYTE, offset + i);
    }
    return Long.hashCode(sum * 0x9E3779B97F4A7C15L);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Metadata that
        && hash == that.hash
        && size == that.size
        && providerHigh == that.providerHigh
        && providerLow == that.providerLow
        && MemorySegment.mismatch(
                segment, offset, offset + size, that.segment, that.offset, that.offset + that.size)
            < 0;
  }

  @Override
  public int hashCode() {
    return hash;
  }
}
