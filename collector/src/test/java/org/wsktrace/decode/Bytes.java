package org.wsktrace.decode;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Writes down bytes for a test, little-endian, one behind the other. */
final class Bytes {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  static Bytes of(int... bytes) {
    return new Bytes().u8(bytes);
  }

  Bytes u8(int... bytes) {
    for (int one : bytes) {
      out.write(one);
    }
    return this;
  }

  Bytes u16(int... numbers) {
    for (int number : numbers) {
      u8(number, number >> 8);
    }
    return this;
  }

  Bytes u32(long... numbers) {
    for (long number : numbers) {
      u16((int) number, (int) (number >> 16));
    }
    return this;
  }

  Bytes u64(long... numbers) {
    for (long number : numbers) {
      u32(number, number >> 32);
    }
    return this;
  }

  Bytes guid(UUID guid) {
    long high = guid.getMostSignificantBits();
    u32(high >>> 32).u16((int) (high >> 16), (int) high);
    return u64(Long.reverseBytes(guid.getLeastSignificantBits()));
  }

  /** Text and a NUL, one byte each where it is ASCII. */
  Bytes text(String text) {
    return raw(text.getBytes(StandardCharsets.UTF_8)).u8(0);
  }

  /** UTF-16 and a NUL. */
  Bytes wide(String text) {
    return raw(text.getBytes(StandardCharsets.UTF_16LE)).u16(0);
  }

  /** UTF-16 without a NUL. */
  Bytes bare(String text) {
    return raw(text.getBytes(StandardCharsets.UTF_16LE));
  }

  Bytes raw(byte... bytes) {
    out.writeBytes(bytes);
    return this;
  }

  int size() {
    return out.size();
  }

  byte[] array() {
    return out.toByteArray();
  }

  /** The bytes behind a u16 that has their number and its own two. */
  byte[] sized() {
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
