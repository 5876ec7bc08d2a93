package org.wsktrace.etl.compress;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Plain LZ77 as [MS-XCA] 2.3 has it. */
final class XpressEncoder extends Encoder {
  private ByteBuffer out = ByteBuffer.allocate(1 << 10).order(ByteOrder.LITTLE_ENDIAN);
  private int flagsAt;
  private int flags;
  private int count;
  private int halfAt = -1;

  XpressEncoder() {
    super(1 << 13, Integer.MAX_VALUE);
    out.putInt(0);
  }

  @Override
  Encoder literal(int value) {
    flag(0);
    out.put((byte) value);
    return this;
  }

  @Override
  Encoder match(int distance, int length) {
    flag(1);
    int rest = length - 3;
    out.putShort((short) (((distance - 1) << 3) | Math.min(rest, 7)));
    if (rest < 7) {
      return this;
    }
    int half = Math.min(rest - 7, 15);
    if (halfAt < 0) {
      halfAt = out.position();
      out.put((byte) half);
    } else {
      out.put(halfAt, (byte) (out.get(halfAt) | (half << 4)));
      halfAt = -1;
    }
    if (half == 15) {
      out.put((byte) Math.min(rest - 7 - 15, 255));
      if (rest - 7 - 15 >= 255) {
        out.putShort(rest > 0xFFFF ? 0 : (short) rest);
        if (rest > 0xFFFF) {
          out.putInt(rest);
        }
      }
    }
    return this;
  }

  private void flag(int value) {
    if (out.remaining() < 32) {
      int at = out.position();
      out = ByteBuffer.wrap(Arrays.copyOf(out.array(), out.capacity() * 2));
      out.order(ByteOrder.LITTLE_ENDIAN).position(at);
    }
    if (count == 32) {
      out.putInt(flagsAt, flags);
      flagsAt = out.position();
      out.putInt(0);
      count = 0;
      flags = 0;
    }
    flags = (flags << 1) | value;
    count++;
  }

  @Override
  byte[] toBytes() {
    // What is left of the flags says that matches follow, and there are none.
    int last = count == 32 ? flags : (flags << (32 - count)) | ((1 << (32 - count)) - 1);
    out.putInt(flagsAt, count == 0 ? -1 : last);
    return Arrays.copyOf(out.array(), out.position());
  }
}
