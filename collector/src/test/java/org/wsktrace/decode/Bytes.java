package org.wsktrace.decode;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Writes down bytes for a test, little-endian, one behind the other. */
public final class Bytes {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** These bytes. */
  public static Bytes of(int... bytes) {
    return new Bytes().u8(bytes);
  }

  /** One byte each. */
  public Bytes u8(int... bytes) {
    for (int one : bytes) {
      out.write(one);
    }
    return this;
  }

  /** Two bytes each. */
  public Bytes u16(int... numbers) {
    for (int number : numbers) {
      u8(number, number >> 8);
    }
    return this;
  }

  /** Four bytes each. */
  public Bytes u32(long... numbers) {
    for (long number : numbers) {
      u16((int) number, (int) (number >> 16));
    }
    return this;
  }

  /** Eight bytes each. */
  public Bytes u64(long... numbers) {
    for (long number : numbers) {
      u32(number, number >> 32);
    }
    return this;
  }

  /** As guiddef.h lays it out. */
  public Bytes guid(UUID guid) {
    long high = guid.getMostSignificantBits();
    u32(high >>> 32).u16((int) (high >> 16), (int) high);
    return u64(Long.reverseBytes(guid.getLeastSignificantBits()));
  }

  /** Text and a NUL, one byte each where it is ASCII. */
  public Bytes text(String text) {
    return raw(text.getBytes(StandardCharsets.UTF_8)).u8(0);
  }

  /** UTF-16 and a NUL. */
  public Bytes wide(String text) {
    return raw(text.getBytes(StandardCharsets.UTF_16LE)).u16(0);
  }

  /** UTF-16 without a NUL. */
  public Bytes bare(String text) {
    return raw(text.getBytes(StandardCharsets.UTF_16LE));
  }

  /** These bytes. */
  public Bytes raw(byte... bytes) {
    out.writeBytes(bytes);
    return this;
  }

  int size() {
    return out.size();
  }

  /** All of it. */
  public byte[] array() {
    return out.toByteArray();
  }

  /** The bytes behind a u16 that has their number and its own two. */
  public byte[] sized() {
    byte[] bytes = array();
    return ByteBuffer.allocate(bytes.length + 2)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putShort((short) (bytes.length + 2))
        .put(bytes)
        .array();
  }

  MemorySegment segment() {
    return MemorySegment.ofArray(array());
  }
}
