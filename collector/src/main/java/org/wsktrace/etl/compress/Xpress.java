package org.wsktrace.etl.compress;

import java.io.IOException;

/**
 * Plain LZ77, [MS-XCA] 2.3 and 2.4.
 *
 * <pre>
 *   flags: 32 bits, from the highest; 0 a literal, 1 a match; then the tokens for them, 32 or the last
 *
 *   literal  u8
 *   match    u16: distance - 1 in the upper 13 bits, length - 3 in the lower three; where those are
 *            7, to which is added:
 *              4 bits: the lower half of the next byte, or the upper half of that which the match
 *              before this one took its 4 bits of; where they are 15, to which is added:
 *                u8; where it is 255, u16 instead, which is the whole length - 3; where it is 0, u32
 * </pre>
 *
 * Nothing marks the end but the end of the input.
 */
final class Xpress extends Decoder {
  private static final int HISTORY = 1 << 13;
  // Flags, match, half byte, u8, u16, u32.
  private static final int MARGIN = 4 + 2 + 1 + 1 + 2 + 4;
  private static final int LEAST = 3;
  // A length that is written out could have been written shorter, if it were less.
  private static final int LEAST_WRITTEN = 7 + 15;

  // The flags yet to come, in the highest bits, and how many.
  private int flags;
  private int count;
  // The upper half of a byte of which one match has taken the lower; -1 for none.
  private int half;
  // Of the last match, what did not fit the limit.
  private int distance;
  private int length;

  Xpress(Input input, int piece) {
    super(input, piece, MARGIN, HISTORY);
  }

  @Override
  void restart() {
    count = 0;
    half = -1;
    length = 0;
  }

  @Override
  void decode(int limit) throws IOException {
    byte[] in = this.in;
    byte[] out = this.out;
    int at = this.at;
    int end = this.end;
    int flags = this.flags;
    int count = this.count;
    int distance = this.distance;
    int length = this.length;
    while (end < limit) {
      if (length == 0) {
        if (at >= inputSafe) {
          this.at = at;
          if (!more()) {
            break;
          }
          at = this.at;
        }
        if (count == 0) {
          flags = (int) I32.get(in, at);
          at += 4;
          count = 32;
          if (at > inputEnd) {
            break;
          }
        }
        if (flags >= 0) {
          int literals = Math.min(Math.min(Integer.numberOfLeadingZeros(flags), count), Long.BYTES);
          literals = Math.min(Math.min(literals, limit - end), inputEnd - at);
          I64.set(out, end, (long) I64.get(in, at));
          at += literals;
          end += literals;
          flags <<= literals;
          count -= literals;
          continue;
        }
        flags <<= 1;
        count--;
        int match = u16(in, at);
        at += 2;
        distance = (match >> 3) + 1;
        length = match & 7;
        if (length == 7) {
          int more;
          if (half < 0) {
            more = in[at] & 0xF;
            half = (in[at] & 0xF0) >> 4;
            at++;
          } else {
            more = half;
            half = -1;
          }
          length += more;
          if (more == 15) {
            more = in[at++] & 0xFF;
            length += more;
            if (more == 255) {
              length = u16(in, at);
              at += 2;
              if (length == 0) {
                long whole = Integer.toUnsignedLong((int) I32.get(in, at));
                length = (int) Math.min(whole, Integer.MAX_VALUE - LEAST);
                at += 4;
              }
              if (length < LEAST_WRITTEN) {
                length = 0;
                break;
              }
            }
          }
        }
        length += LEAST;
        if (at > inputEnd || distance > end) {
          length = 0;
          break;
        }
      }
      int now = Math.min(length, limit - end);
      repeat(out, end, distance, now);
      end += now;
      length -= now;
    }
    this.at = at;
    this.end = end;
    this.flags = flags;
    this.count = count;
    this.distance = distance;
    this.length = length;
  }
}
