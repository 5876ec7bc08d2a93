package org.wsktrace.etl.compress;

import java.io.IOException;
import java.util.Arrays;

/**
 * LZ77 with Huffman codes, [MS-XCA] 2.1 and 2.2. A block is 64 KiB of output and as much more as
 * its last match has; its matches may reach back into the blocks before.
 *
 * <pre>
 *   code lengths: 512 of four bits, for each byte the lower half first; 0 for a symbol without code
 *   bits: u16 each, from the highest bit; two are read in advance, and one whenever fewer than 16 bits
 *         are left. What is not bits stands where the next u16 would be
 *
 *   symbol  0 to 255: a literal
 *           256 and more: a match; bits 4 to 7 are the number of bits in the distance below its
 *           highest one, bits 0 to 3 are length - 3; where those are 15, to which is added:
 *             u8; where it is 255, u16 instead, which is the whole length - 3; where it is 0, u32
 *           behind them, in bits: the distance
 * </pre>
 *
 * A stream ends in symbol 256, which is also a match of three bytes: that it is the end is known
 * from the size only. Codes of one length are given out in the order of the symbols.
 */
final class XpressHuffman extends Decoder {
  private static final int HISTORY = 1 << 16;
  private static final int BLOCK = 1 << 16;
  private static final int SYMBOLS = 512;
  private static final int LENGTHS_BYTES = SYMBOLS / 2;
  private static final int LITERALS = 256;
  // The code lengths with the first bits, or what stands before and within a match.
  private static final int MARGIN = LENGTHS_BYTES + 4;
  private static final int LEAST = 3;
  // A length that is written out could have been written shorter, if it were less.
  private static final int LEAST_WRITTEN = 15;
  private static final int MOST_BITS = 15;
  // Codes of up to so many bits are looked up at once. They are nearly all that occur, and the
  // table stays in the processor's nearest cache.
  private static final int SHORT_BITS = 11;

  // For each beginning of SHORT_BITS bits, the symbol and in the lower four bits the code's length;
  // 0 where the code is longer.
  private final short[] shortCodes = new short[1 << SHORT_BITS];
  // The symbols with codes, by code.
  private final short[] symbols = new short[SYMBOLS];
  // For each length: where the codes that are longer begin, as MOST_BITS bits; how far a code is
  // from its symbol's index.
  private final int[] beyond = new int[MOST_BITS + 1];
  private final int[] shift = new int[MOST_BITS + 1];
  // While a table is made: how many codes have a length, then where its next symbol goes.
  private final int[] counts = new int[MOST_BITS + 1];

  // The next bits, from the highest, and how many more than 16 there are.
  private int bits;
  private int extraBits;
  // Bytes of output to the end of the block; 0 or less at its end.
  private int blockLeft;
  // Of the last match, what did not fit the limit.
  private int distance;
  private int length;

  XpressHuffman(Input input, int piece) {
    super(input, piece, MARGIN, HISTORY);
  }

  @Override
  void restart() {
    blockLeft = 0;
    bits = 0;
    extraBits = 0;
    length = 0;
  }

  @Override
  void decode(int limit) throws IOException {
    byte[] in = this.in;
    byte[] out = this.out;
    short[] shortCodes = this.shortCodes;
    int at = this.at;
    int end = this.end;
    int bits = this.bits;
    int extraBits = this.extraBits;
    int blockLeft = this.blockLeft;
    int distance = this.distance;
    int length = this.length;
    while (end < limit) {
      if (length == 0) {
        if (at >= inputSafe) {
          this.at = at;
          // At the input's end there still are bits that were read in advance.
          if (!more() && blockLeft <= 0) {
            break;
          }
          at = this.at;
        }
        if (blockLeft <= 0) {
          if (at + MARGIN > inputEnd || !readCodes(at)) {
            break;
          }
          at += LENGTHS_BYTES;
          bits = (u16(in, at) << 16) | u16(in, at + 2);
          at += 4;
          extraBits = 16;
          blockLeft = BLOCK;
          continue;
        }
        int code = shortCodes[bits >>> (Integer.SIZE - SHORT_BITS)];
        if (code == 0) {
          code = longCode(bits >>> (Integer.SIZE - MOST_BITS));
        }
        int codeBits = code & 0xF;
        int symbol = code >> 4;
        bits <<= codeBits;
        extraBits -= codeBits;
        if (extraBits < 0) {
          bits |= u16(in, at) << -extraBits;
          at += 2;
          extraBits += 16;
        }
        if (symbol < LITERALS) {
          if (at > inputEnd && overdrawn(at, extraBits)) {
            break;
          }
          out[end++] = (byte) symbol;
          blockLeft--;
          continue;
        }
        int matched = symbol & 0xF;
        if (matched == 15) {
          int more = in[at++] & 0xFF;
          matched += more;
          if (more == 255) {
            matched = u16(in, at);
            at += 2;
            if (matched == 0) {
              long whole = Integer.toUnsignedLong((int) I32.get(in, at));
              matched = (int) Math.min(whole, Integer.MAX_VALUE - LEAST);
              at += 4;
            }
            if (matched < LEAST_WRITTEN) {
              break;
            }
          }
          if (at > inputEnd) {
            break;
          }
        }
        int distanceBits = (symbol >> 4) & 0xF;
        distance = (1 << distanceBits) | ((bits >>> 1) >>> (Integer.SIZE - 1 - distanceBits));
        bits <<= distanceBits;
        extraBits -= distanceBits;
        if (extraBits < 0) {
          bits |= u16(in, at) << -extraBits;
          at += 2;
          extraBits += 16;
        }
        if (distance > end || (at > inputEnd && overdrawn(at, extraBits))) {
          break;
        }
        length = matched + LEAST;
        blockLeft -= Math.min(length, BLOCK);
      }
      int now = Math.min(length, limit - end);
      repeat(out, end, distance, now);
      end += now;
      length -= now;
    }
    this.at = at;
    this.end = end;
    this.bits = bits;
    this.extraBits = extraBits;
    this.blockLeft = blockLeft;
    this.distance = distance;
    this.length = length;
  }

  /**
   * Whether bits were used that come behind the input's end. To read them in advance is no harm:
   * not all who write streams put unused bits there. A u16 that the input ends in has none.
   */
  private boolean overdrawn(int at, int extraBits) {
    int missing = (at - inputEnd + 1) / 2 * 16;
    return 16 + extraBits < missing;
  }

  /** The symbol and length of a code of more than SHORT_BITS bits, as in shortCodes. */
  private int longCode(int code) {
    int length = SHORT_BITS + 1;
    while (code >= beyond[length]) {
      length++;
    }
    return (symbols[(code >> (MOST_BITS - length)) - shift[length]] << 4) | length;
  }

  /** Reads the code lengths; false where they leave codes without symbol, or symbols without. */
  private boolean readCodes(int at) {
    Arrays.fill(counts, 0);
    for (int i = 0; i < LENGTHS_BYTES; i++) {
      counts[in[at + i] & 0xF]++;
      counts[(in[at + i] >> 4) & 0xF]++;
    }
    int index = 0;
    int code = 0;
    for (int length = 1; length <= MOST_BITS; length++) {
      int unused = MOST_BITS - length;
      shift[length] = (code >> unused) - index;
      code += counts[length] << unused;
      beyond[length] = code;
      // From here on, where the next symbol of this length goes.
      int count = counts[length];
      counts[length] = index;
      index += count;
    }
    if (code != 1 << MOST_BITS) {
      return false;
    }
    for (int symbol = 0; symbol < SYMBOLS; symbol++) {
      int length = (in[at + (symbol >> 1)] >> ((symbol & 1) * 4)) & 0xF;
      if (length > 0) {
        symbols[counts[length]++] = (short) symbol;
      }
    }
    int next = 0;
    index = 0;
    for (int length = 1; length <= SHORT_BITS; length++) {
      int span = 1 << (SHORT_BITS - length);
      for (; index < counts[length]; index++) {
        Arrays.fill(shortCodes, next, next + span, (short) ((symbols[index] << 4) | length));
        next += span;
      }
    }
    Arrays.fill(shortCodes, next, shortCodes.length, (short) 0);
    return true;
  }
}
