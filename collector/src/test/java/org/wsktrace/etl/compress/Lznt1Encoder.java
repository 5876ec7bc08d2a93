package org.wsktrace.etl.compress;

import java.io.ByteArrayOutputStream;

/** LZNT1 as [MS-XCA] 2.5 has it. */
final class Lznt1Encoder extends Encoder {
  static final int CHUNK = 4096;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  // The chunk: its bytes, and how they are compressed.
  private final byte[] plain = new byte[CHUNK];
  private final byte[] packed = new byte[CHUNK + CHUNK / 8];
  private int plainSize;
  private int packedSize;
  private int flagsAt;
  private int count = 8;

  Lznt1Encoder() {
    super(CHUNK, CHUNK);
  }

  @Override
  Encoder literal(int value) {
    flag(0);
    packed[packedSize++] = (byte) value;
    plain[plainSize++] = (byte) value;
    return endFullChunk();
  }

  @Override
  Encoder match(int distance, int length) {
    int lengthBits = 12;
    while (plainSize > 1 << (16 - lengthBits)) {
      lengthBits--;
    }
    int now = Math.min(length, (1 << lengthBits) + 2);
    flag(1);
    int match = ((distance - 1) << lengthBits) | (now - 3);
    packed[packedSize++] = (byte) match;
    packed[packedSize++] = (byte) (match >> 8);
    for (int i = 0; i < now; i++) {
      plain[plainSize] = plain[plainSize - distance];
      plainSize++;
    }
    // What one match cannot hold.
    int rest = length - now;
    if (rest >= 3) {
      return match(distance, rest);
    }
    for (; rest > 0; rest--) {
      literal(plain[plainSize - distance] & 0xFF);
    }
    return endFullChunk();
  }

  private void flag(int value) {
    if (count == 8) {
      flagsAt = packedSize++;
      packed[flagsAt] = 0;
      count = 0;
    }
    packed[flagsAt] |= (byte) (value << count++);
  }

  private Encoder endFullChunk() {
    return plainSize == CHUNK ? endChunk() : this;
  }

  Encoder endChunk() {
    boolean smaller = packedSize < plainSize;
    int size = smaller ? packedSize : plainSize;
    if (size > 0) {
      int header = (size - 1) | (3 << 12) | (smaller ? 1 << 15 : 0);
      out.write(header);
      out.write(header >> 8);
      out.write(smaller ? packed : plain, 0, size);
    }
    plainSize = 0;
    packedSize = 0;
    count = 8;
    return this;
  }

  @Override
  byte[] toBytes() {
    endChunk();
    return out.toByteArray();
  }
}
