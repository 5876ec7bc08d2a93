package org.wsktrace.recorder.page;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * Finds the eight bytes that a page begins with, at any place.
 *
 * <p>Wherever they are, they cover exactly one byte of every eighth, and their letters all differ:
 * so one byte in eight is looked at, and a letter says where they would begin.
 */
public final class MagicSearch {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, LITTLE_ENDIAN);
  private static final byte NO_LETTER = -1;

  /** The place of each letter, by its value. */
  private static final byte[] PLACE = new byte[256];

  static {
    Arrays.fill(PLACE, NO_LETTER);
    for (int place = 0; place < Long.BYTES; place++) {
      PLACE[(int) (PageLayout.MAGIC >> (place * Byte.SIZE)) & 0xFF] = (byte) place;
    }
  }

  private MagicSearch() {}

  /** Where they begin first, all of them between the two; -1 where they do not. */
  public static int find(byte[] bytes, int from, int to) {
    for (int i = from + Long.BYTES - 1; i < to; i += Long.BYTES) {
      int place = PLACE[bytes[i] & 0xFF];
      if (place != NO_LETTER) {
        int start = i - place;
        if (start + Long.BYTES <= to && (long) LONG.get(bytes, start) == PageLayout.MAGIC) {
          return start;
        }
      }
    }
    return -1;
  }
}
