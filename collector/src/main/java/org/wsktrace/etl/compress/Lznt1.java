package org.wsktrace.etl.compress;

import java.io.IOException;
import java.util.Arrays;

/**
 * LZNT1, [MS-XCA] 2.5 and 2.6. A chunk is 4 KiB of output but for the last, and refers to no other.
 *
 * <pre>
 *   header: u16: bytes that follow - 1 in the lower 12 bits, 3 in the next three, then 1 where they
 *           are compressed; 0 for the end
 *
 *   compressed: flags: u8, from the lowest; 0 a literal, 1 a match; then the tokens for them, eight or
 *               the last
 *     literal  u8
 *     match    u16: distance - 1 in the upper d bits, length - 3 in the others; d is as many bits as
 *              the distance can need at this place of the chunk, but at least four
 *
 *   not compressed: the bytes
 * </pre>
 *
 * A chunk that comes out short and is not the last ends in zeros, as RtlDecompressBuffer has it.
 * One that would come out longer than 4 KiB ends there.
 */
final class Lznt1 extends Decoder {
  private static final int CHUNK = 1 << 12;
  // Flags and a literal's or match's bytes; a header.
  private static final int MARGIN = 4;
  private static final int LEAST = 3;
  // Distances of up to twice this have the fewest bits, four.
  private static final int LEAST_SPAN = 8;

  // Of the current chunk: bytes of input to come, bytes of output that came, what it is.
  private int chunkLeft;
  private int chunkDone;
  private boolean compressed;
  // Zeros that fill a short chunk, still to come.
  private int zeros;
  // The flags yet to come, in the lowest bits, below a bit that is always 1; 1 for none.
  private int flags;
  // Of the last match, what did not fit the limit.
  private int distance;
  private int length;

  Lznt1(Input input, int piece) {
    super(input, piece, MARGIN, CHUNK);
  }

  @Override
  void restart() {
    chunkLeft = 0;
    chunkDone = 0;
    zeros = 0;
    flags = 1;
    length = 0;
  }

  @Override
  void decode(int limit) throws IOException {
    boolean going = true;
    while (going && end < limit) {
      if (zeros > 0) {
        fill(limit);
      } else if (length > 0) {
        match(limit);
      } else if (at >= inputSafe && !more()) {
        going = false;
      } else if (chunkLeft == 0) {
        going = header();
      } else if (chunkDone == CHUNK) {
        int skipped = Math.min(chunkLeft, inputEnd - at);
        at += skipped;
        chunkLeft -= skipped;
      } else if (compressed) {
        going = tokens(limit);
      } else {
        literals(limit);
      }
    }
  }

  private boolean header() {
    int header = u16(in, at);
    at += 2;
    if (header == 0 || at > inputEnd) {
      return false;
    }
    zeros = chunkDone == 0 ? 0 : CHUNK - chunkDone;
    chunkLeft = (header & (CHUNK - 1)) + 1;
    chunkDone = 0;
    compressed = (header & (1 << 15)) != 0;
    flags = 1;
    return ((header >> 12) & 7) == 3;
  }

  private void fill(int limit) {
    int count = Math.min(zeros, limit - end);
    Arrays.fill(out, end, end + count, (byte) 0);
    end += count;
    zeros -= count;
  }

  private void match(int limit) {
    int count = Math.min(length, limit - end);
    repeat(out, end, distance, count);
    end += count;
    length -= count;
  }

  private void literals(int limit) {
    int count = Math.min(Math.min(chunkLeft, CHUNK - chunkDone), limit - end);
    count = Math.min(count, inputEnd - at);
    System.arraycopy(in, at, out, end, count);
    at += count;
    end += count;
    chunkLeft -= count;
    chunkDone += count;
  }

  /** Of a compressed chunk, as far as it, the limit and the input in memory go. */
  private boolean tokens(int limit) {
    byte[] in = this.in;
    byte[] out = this.out;
    int at = this.at;
    int end = this.end;
    int flags = this.flags;
    int start = end - chunkDone;
    int full = start + CHUNK;
    int stop = Math.min(limit, full);
    int chunkEnd = at + chunkLeft;
    int safe = Math.min(inputSafe, chunkEnd);
    boolean good = true;
    while (good && length == 0 && end < stop && at < safe) {
      if (flags == 1) {
        flags = (in[at++] & 0xFF) | 0x100;
      } else if ((flags & 1) == 0) {
        int literals = Math.min(Integer.numberOfTrailingZeros(flags), safe - at);
        literals = Math.min(literals, stop - end);
        I64.set(out, end, (long) I64.get(in, at));
        at += literals;
        end += literals;
        flags >>= literals;
      } else {
        flags >>= 1;
        int match = u16(in, at);
        at += 2;
        int done = end - start;
        int lengthBits = Integer.numberOfLeadingZeros(Math.max(done - 1, LEAST_SPAN)) - 16;
        int distance = (match >> lengthBits) + 1;
        int wanted = Math.min((match & ((1 << lengthBits) - 1)) + LEAST, full - end);
        good = distance <= done && at <= Math.min(chunkEnd, inputEnd);
        if (good) {
          int now = Math.min(wanted, stop - end);
          repeat(out, end, distance, now);
          end += now;
          length = wanted - now;
          this.distance = distance;
        }
      }
    }
    chunkLeft = chunkEnd - at;
    chunkDone = end + length - start;
    this.at = at;
    this.end = end;
    this.flags = flags;
    return good;
  }
}
