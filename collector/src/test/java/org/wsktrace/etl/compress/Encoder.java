package org.wsktrace.etl.compress;

import java.util.Arrays;

/** Makes compressed streams for tests, out of literals and matches. */
public abstract sealed class Encoder permits Lznt1Encoder, XpressEncoder, XpressHuffmanEncoder {
  private final int history;
  private final int chunk;

  /**
   * How {@link #add} matches.
   *
   * @param history the farthest distance
   * @param chunk no match comes out of or goes into another one of these
   */
  Encoder(int history, int chunk) {
    this.history = history;
    this.chunk = chunk;
  }

  /** The bytes as a stream. */
  public static byte[] encode(Compression compression, byte[] bytes) {
    return of(compression).add(bytes).toBytes();
  }

  static Encoder of(Compression compression) {
    return switch (compression) {
      case LZNT1 -> new Lznt1Encoder();
      case XPRESS -> new XpressEncoder();
      case XPRESS_HUFF -> new XpressHuffmanEncoder();
    };
  }

  /** One byte as it is. */
  abstract Encoder literal(int value);

  /** Bytes again that came before, from distance back on. */
  abstract Encoder match(int distance, int length);

  /** The stream. */
  abstract byte[] toBytes();

  final Encoder literals(byte... bytes) {
    for (byte value : bytes) {
      literal(value & 0xFF);
    }
    return this;
  }

  /** Takes the longest match with the last place where the same three bytes stood. */
  final Encoder add(byte[] bytes) {
    int[] last = new int[1 << 14];
    Arrays.fill(last, -1);
    int at = 0;
    while (at < bytes.length) {
      int length = 0;
      int distance = 0;
      if (at + 3 <= bytes.length) {
        int hash =
            ((bytes[at] * 0x9E3F) ^ (bytes[at + 1] * 0x1F35) ^ bytes[at + 2]) & (last.length - 1);
        int candidate = last[hash];
        last[hash] = at;
        if (candidate >= Math.max(0, at - history) && candidate / chunk == at / chunk) {
          distance = at - candidate;
          int end = (int) Math.min(bytes.length, (long) (at / chunk + 1) * chunk);
          while (at + length < end && bytes[at + length] == bytes[candidate + length]) {
            length++;
          }
        }
      }
      if (length < 3) {
        literal(bytes[at++] & 0xFF);
      } else {
        match(distance, length);
        at += length;
      }
    }
    return this;
  }
}
