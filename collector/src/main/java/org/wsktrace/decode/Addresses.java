package org.wsktrace.decode;

import static org.wsktrace.etl.layout.LittleEndian.i32;
import static org.wsktrace.etl.layout.LittleEndian.u16;
import static org.wsktrace.etl.layout.LittleEndian.u32;
import static org.wsktrace.etl.layout.LittleEndian.u8;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** How addresses and security identifiers are written; offsets must lie in the segment. */
final class Addresses {
  private static final int AF_INET = 2;
  private static final int AF_INET6 = 23;
  // SOCKADDR_IN and SOCKADDR_IN6 of ws2ipdef.h.
  private static final int PORT = 2;
  private static final int IPV4_ADDRESS = 4;
  private static final int IPV4_BYTES = 8;
  private static final int IPV6_ADDRESS = 8;
  private static final int IPV6_SCOPE = 24;
  private static final int IPV6_BYTES = 28;
  // SID of winnt.h: u8 revision, u8 count, 6 bytes of authority, high byte first, u32 for each.
  private static final int SID_BYTES = 8;
  private static final int MAX_SUB_AUTHORITIES = 15;

  private Addresses() {}

  static String ipv4(int bytesAsLittleEndian) {
    int ip = bytesAsLittleEndian;
    return (ip & 0xFF) + "." + (ip >> 8 & 0xFF) + "." + (ip >> 16 & 0xFF) + "." + (ip >>> 24);
  }

  /** As RFC 5952 says: the longest run of zeros left out, lower case. */
  static String ipv6(MemorySegment segment, long at) {
    int[] words = new int[8];
    for (int i = 0; i < 8; i++) {
      words[i] = Short.toUnsignedInt(Short.reverseBytes((short) u16(segment, at + 2L * i)));
    }
    if ((words[0] | words[1] | words[2] | words[3] | words[4]) == 0 && words[5] == 0xFFFF) {
      return "::ffff:" + ipv4(i32(segment, at + 12));
    }
    int run = 0;
    int runLength = 1;
    for (int i = 0; i < 8; i++) {
      int length = 0;
      while (i + length < 8 && words[i + length] == 0) {
        length++;
      }
      if (length > runLength) {
        run = i;
        runLength = length;
      }
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 8; i++) {
      if (runLength > 1 && i == run) {
        text.append("::");
        i += runLength - 1;
      } else {
        text.append(text.isEmpty() || text.charAt(text.length() - 1) == ':' ? "" : ":")
            .append(Integer.toHexString(words[i]));
      }
    }
    return text.toString();
  }

  /**
   * A SOCKADDR, as "10.0.0.1:80" or "[fe80::1%3]:80".
   *
   * @return null for another family, or where the bytes are too few
   */
  static @Nullable String socketAddress(MemorySegment segment, long at, int bytes) {
    if (bytes < IPV4_BYTES) {
      return null;
    }
    int port = Short.toUnsignedInt(Short.reverseBytes((short) u16(segment, at + PORT)));
    int family = u16(segment, at);
    if (family == AF_INET) {
      return ipv4(i32(segment, at + IPV4_ADDRESS)) + ":" + port;
    }
    if (family != AF_INET6 || bytes < IPV6_BYTES) {
      return null;
    }
    long scope = u32(segment, at + IPV6_SCOPE);
    return "[" + ipv6(segment, at + IPV6_ADDRESS) + (scope == 0 ? "" : "%" + scope) + "]:" + port;
  }

  /** Bytes of the SID at the offset, or -1 where none lies in front of the end. */
  static int sidBytes(MemorySegment segment, long at, long end) {
    if (end - at < SID_BYTES) {
      return -1;
    }
    int count = u8(segment, at + 1);
    int bytes = SID_BYTES + 4 * count;
    return count <= MAX_SUB_AUTHORITIES && bytes <= end - at ? bytes : -1;
  }

  /** The SID at the offset, of which {@link #sidBytes} has found that it is one. */
  static String sid(MemorySegment segment, long at) {
    long authority = 0;
    for (int i = 2; i < SID_BYTES; i++) {
      authority = authority << 8 | u8(segment, at + i);
    }
    StringBuilder text = new StringBuilder("S-").append(u8(segment, at)).append('-');
    // As ConvertSidToStringSid has it.
    text.append(authority >>> 32 == 0 ? "" + authority : "0x%012X".formatted(authority));
    for (int i = 0; i < u8(segment, at + 1); i++) {
      text.append('-').append(u32(segment, at + SID_BYTES + 4L * i));
    }
    return text.toString();
  }
}
