package org.wsktrace.decode;

import static org.wsktrace.etl.layout.LittleEndian.guidHigh;
import static org.wsktrace.etl.layout.LittleEndian.guidLow;
import static org.wsktrace.etl.layout.LittleEndian.i32;
import static org.wsktrace.etl.layout.LittleEndian.u16;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.util.UUID;
import org.wsktrace.decode.schema.OutType;

/** Makes values of bytes that are known to be there. */
final class PayloadValues {
  private PayloadValues() {}

  /**
   * A number, as what it means.
   *
   * @param bits of the number, the higher ones 0
   * @param bytes how many it has in the payload
   * @param unsigned whether it is where the meaning does not say it
   */
  static Value number(OutType out, long bits, int bytes, boolean unsigned) {
    return switch (out) {
      case HEX, ERROR_CODE, NTSTATUS, HRESULT, CODE_POINTER -> new Value.Hex(bits, bytes);
      case UNSIGNED, PID, TID -> new Value.Unsigned(bits);
      case SIGNED -> new Value.Int(signed(bits, bytes));
      case BOOLEAN -> new Value.Bool(bits != 0);
      case PORT ->
          bytes == 2
              ? new Value.Unsigned(Short.reverseBytes((short) bits) & 0xFFFF)
              : plain(bits, bytes, unsigned);
      case IPV4 ->
          bytes == 4 ? new Value.Ip(Addresses.ipv4((int) bits)) : plain(bits, bytes, unsigned);
      case DATE_TIME -> bytes == 8 ? new Value.Time(bits) : plain(bits, bytes, unsigned);
      case STRING ->
          bytes <= 2 ? new Value.Text(String.valueOf((char) bits)) : plain(bits, bytes, unsigned);
      default -> plain(bits, bytes, unsigned);
    };
  }

  private static Value plain(long bits, int bytes, boolean unsigned) {
    return unsigned ? new Value.Unsigned(bits) : new Value.Int(signed(bits, bytes));
  }

  private static long signed(long bits, int bytes) {
    int unused = Long.SIZE - Byte.SIZE * bytes;
    return bits << unused >> unused;
  }

  /** GUID of guiddef.h: u32, u16, u16, then eight bytes. */
  static UUID guid(MemorySegment segment, long at) {
    return new UUID(guidHigh(segment, at), guidLow(segment, at));
  }

  /**
   * SYSTEMTIME of minwinbase.h: year, month, day of week, day, hour, minute, second, millisecond.
   * What is no time, often all zero, stays as it is, in bytes.
   */
  static Value systemTime(MemorySegment segment, long at) {
    try {
      return new Value.SystemTime(
          LocalDateTime.of(
              u16(segment, at),
              u16(segment, at + 2),
              u16(segment, at + 6),
              u16(segment, at + 8),
              u16(segment, at + 10),
              u16(segment, at + 12),
              u16(segment, at + 14) * 1_000_000));
    } catch (DateTimeException _) {
      return binary(OutType.DEFAULT, segment, at, 16);
    }
  }

  /** Bytes, as what they mean. */
  static Value binary(OutType out, MemorySegment segment, long at, int count) {
    String address =
        switch (out) {
          case IPV6 -> count == 16 ? Addresses.ipv6(segment, at) : null;
          case IPV4 -> count == 4 ? Addresses.ipv4(i32(segment, at)) : null;
          case SOCKET_ADDRESS -> Addresses.socketAddress(segment, at, count);
          default -> null;
        };
    if (address != null) {
      return new Value.Ip(address);
    }
    byte[] bytes = new byte[count];
    MemorySegment.copy(segment, ValueLayout.JAVA_BYTE, at, bytes, 0, count);
    return new Value.Binary(bytes);
  }
}
