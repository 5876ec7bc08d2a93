package org.wsktrace.etl.compress;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Decodes streams of one format, one after the other. Works on arrays, which the virtual machine
 * indexes half as fast again as memory outside the heap; the copy to there costs little.
 *
 * <p>One thread at a time.
 */
public abstract sealed class Decoder permits Lznt1, Xpress, XpressHuffman {
  private static final VarHandle I16 =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

  /** A number at an array's index, little-endian. */
  static final VarHandle I32 =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  /** See {@link #I32}. */
  static final VarHandle I64 =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  // Behind what is used of an array: bytes are copied by eights, and a token is read before it is
  // known that the input ends in it.
  private static final int SLACK = 16;

  /**
   * The input in memory: at the next byte of it, up to inputEnd. A token may be begun at any place
   * before inputSafe, and is then readable to its end, or the stream ends in it.
   */
  final byte[] in;

  int at;
  int inputEnd;
  int inputSafe;

  /** The output in memory: end is where the next byte goes. */
  final byte[] out;

  int end;

  private final Input input;
  private final int margin;
  private final int history;
  // Of the input, what is not in memory yet.
  private long nextInput;
  private long inputLimit;
  // Of the output, what read() has not given out yet, and what is not decoded yet.
  private int taken;
  private long left;
  private boolean damaged;

  /**
   * Allocates all that it will ever need.
   *
   * @param margin the most bytes of input that are read between two looks at inputSafe
   * @param history how far matches reach back
   */
  Decoder(Input input, int piece, int margin, int history) {
    this.input = input;
    this.margin = margin;
    this.history = history;
    this.in = new byte[Math.max(piece / 2, 2 * margin) + margin + SLACK];
    this.out = new byte[history + piece + SLACK];
  }

  /**
   * Goes to a stream, from whatever state.
   *
   * @param position of its first byte in the input
   * @param limit where the input ends, or the stream at the latest
   * @param size bytes of it when it is decoded; what would come after is not looked at
   */
  public final void begin(long position, long limit, long size) {
    nextInput = position;
    inputLimit = Math.max(position, limit);
    left = size;
    at = 0;
    inputEnd = 0;
    inputSafe = 0;
    end = 0;
    taken = 0;
    damaged = false;
    restart();
  }

  /**
   * Gives out the next bytes.
   *
   * @return how many; fewer than length only where the stream ends or is {@link #damaged}
   * @throws IOException what the input throws; {@link #begin} anew after it
   */
  public final int read(MemorySegment into, long position, int length) throws IOException {
    int done = 0;
    while (done < length) {
      if (taken == end && !decodeMore(length - done)) {
        break;
      }
      int count = Math.min(end - taken, length - done);
      MemorySegment.copy(out, taken, into, ValueLayout.JAVA_BYTE, position + done, count);
      taken += count;
      done += count;
    }
    return done;
  }

  /** Whether {@link #read} has come to a place where the stream breaks off or makes no sense. */
  public final boolean damaged() {
    return damaged;
  }

  private boolean decodeMore(int wanted) throws IOException {
    if (damaged || left == 0) {
      return false;
    }
    if (end == out.length - SLACK) {
      System.arraycopy(out, end - history, out, 0, history);
      end = history;
    }
    int before = end;
    int limit = (int) Math.min(out.length - SLACK, before + Math.min(wanted, left));
    decode(limit);
    damaged = end < limit;
    taken = before;
    left -= end - before;
    return end > before;
  }

  /** Forgets the stream before. */
  abstract void restart();

  /**
   * Decodes until end has come to the limit, not beyond it, or the stream cannot be continued. May
   * write garbage into seven bytes behind the end.
   */
  abstract void decode(int limit) throws IOException;

  /**
   * Makes more of the input readable. The bytes from at on stay, at another place: at, inputEnd and
   * inputSafe change.
   *
   * @return false where at is at the input's end
   */
  final boolean more() throws IOException {
    long unread = inputLimit - nextInput;
    if (unread > 0) {
      int kept = inputEnd - at;
      System.arraycopy(in, at, in, 0, kept);
      int count = (int) Math.min(unread, in.length - margin - SLACK - kept);
      input.read(nextInput, in, kept, count);
      nextInput += count;
      at = 0;
      inputEnd = kept + count;
      inputSafe = unread > count ? inputEnd - margin : inputEnd;
      // What is read behind the input's end must not depend on the stream before.
      I64.set(in, inputEnd, 0L);
    }
    return at < inputEnd;
  }

  /** The unsigned number at an array's index. */
  static int u16(byte[] bytes, int index) {
    return (short) I16.get(bytes, index) & 0xFFFF;
  }

  /**
   * Copies bytes within an array to a place behind them, as if one by one: where the ranges
   * overlap, the bytes repeat. Writes up to seven bytes more.
   */
  static void repeat(byte[] bytes, int to, int distance, int length) {
    int limit = to + length;
    int next = to;
    int back = distance;
    if (distance < Long.BYTES) {
      // A multiple of the period is a period too; one of eight bytes can be copied by eights.
      back = distance * ((Long.BYTES + distance - 1) / distance);
      for (int ones = Math.min(limit, to + back - distance); next < ones; next++) {
        bytes[next] = bytes[next - distance];
      }
    }
    for (; next < limit; next += Long.BYTES) {
      I64.set(bytes, next, (long) I64.get(bytes, next - back));
    }
  }
}
