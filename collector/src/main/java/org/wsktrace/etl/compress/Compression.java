package org.wsktrace.etl.compress;

import org.jspecify.annotations.Nullable;

/** A format of RtlCompressBuffer. */
public enum Compression {
  /** Chunks of 4 KiB, each on its own; what NTFS compresses files with. */
  LZNT1(2),
  /** Plain LZ77: fast, matches up to 8 KiB back. */
  XPRESS(3),
  /** LZ77 with Huffman codes: smaller, matches up to 64 KiB back. */
  XPRESS_HUFF(4);

  private final int number;

  Compression(int number) {
    this.number = number;
  }

  /** COMPRESSION_FORMAT_ of ntifs.h. */
  public int number() {
    return number;
  }

  /** The format of this number, or null where it is none. */
  public static @Nullable Compression of(int number) {
    for (Compression compression : values()) {
      if (compression.number == number) {
        return compression;
      }
    }
    return null;
  }

  /**
   * Makes a decoder, which keeps one and a half of the piece and as much as matches reach back.
   *
   * @param piece bytes that are decoded at once, and twice what is read at once: some KiB, or a few
   *     hundred where only beginnings of streams are wanted
   */
  public Decoder decoder(Input input, int piece) {
    return switch (this) {
      case LZNT1 -> new Lznt1(input, piece);
      case XPRESS -> new Xpress(input, piece);
      case XPRESS_HUFF -> new XpressHuffman(input, piece);
    };
  }
}
