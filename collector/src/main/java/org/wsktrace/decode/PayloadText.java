package org.wsktrace.decode;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;

/**
 * Turns bytes of a payload into text, mostly without a decoder: most text of events is ASCII.
 *
 * <p>Belongs to one thread.
 */
final class PayloadText {
  private static final Charset WINDOWS_1252 = Charset.forName("windows-1252");

  private final CharsetDecoder utf8 = StandardCharsets.UTF_8.newDecoder();
  // Grows to the longest text, so to 64 KiB at most.
  private byte[] bytes = new byte[256];
  private char[] chars = new char[256];

  /**
   * UTF-16, without what follows the first NUL where {@code cut}, otherwise without NULs at its
   * end.
   */
  String utf16(MemorySegment segment, long at, int units, boolean cut) {
    load(segment, at, 2 * units);
    if (chars.length < units) {
      chars = new char[units];
    }
    int any = 0;
    int length = 0;
    for (int i = 0; i < units; i++) {
      char unit = (char) ((bytes[2 * i] & 0xFF) | bytes[2 * i + 1] << 8);
      if (unit != 0) {
        length = i + 1;
      } else if (cut) {
        break;
      }
      chars[i] = unit;
      any |= unit;
    }
    if (any >= 0x80) {
      return new String(chars, 0, length);
    }
    for (int i = 0; i < length; i++) {
      bytes[i] = bytes[2 * i];
    }
    return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
  }

  /**
   * Bytes of text whose code page the event does not say: UTF-8 where they are valid UTF-8,
   * otherwise windows-1252. NULs as with {@link #utf16}.
   */
  String ansi(MemorySegment segment, long at, int count, boolean cut) {
    load(segment, at, count);
    int any = 0;
    int length = 0;
    for (int i = 0; i < count; i++) {
      byte unit = bytes[i];
      if (unit != 0) {
        length = i + 1;
      } else if (cut) {
        break;
      }
      any |= unit;
    }
    if (any >= 0) {
      return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
    }
    if (chars.length < length) {
      chars = new char[length];
    }
    CharBuffer out = CharBuffer.wrap(chars);
    utf8.reset();
    boolean valid = utf8.decode(ByteBuffer.wrap(bytes, 0, length), out, true).isUnderflow();
    return valid ? out.flip().toString() : new String(bytes, 0, length, WINDOWS_1252);
  }

  private void load(MemorySegment segment, long at, int count) {
    if (bytes.length < count) {
      bytes = new byte[count];
    }
    MemorySegment.copy(segment, ValueLayout.JAVA_BYTE, at, bytes, 0, count);
  }

  /** UTF-16 units in front of the first NUL, or -1 where there is none in these bytes. */
  static int unitsToNul(MemorySegment segment, long at, long end) {
    for (long i = at; i + 2 <= end; i += 2) {
      if (segment.get(ValueLayout.JAVA_SHORT_UNALIGNED, i) == 0) {
        return (int) ((i - at) / 2);
      }
    }
    return -1;
  }

  /** Bytes in front of the first NUL, or -1 where there is none in these bytes. */
  static int bytesToNul(MemorySegment segment, long at, long end) {
    for (long i = at; i < end; i++) {
      if (segment.get(ValueLayout.JAVA_BYTE, i) == 0) {
        return (int) (i - at);
      }
    }
    return -1;
  }
}
