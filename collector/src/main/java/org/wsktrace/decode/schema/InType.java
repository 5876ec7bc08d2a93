package org.wsktrace.decode.schema;

/** How a field lies in the payload: TDH_IN_TYPE of tdh.h, by its numbers. */
public enum InType {
  /** Takes no bytes and says nothing. */
  NULL(0, 0),
  /** UTF-16: as many units as the length says, or up to a NUL or the payload's end. */
  UNICODE_STRING(1, -1),
  /** Bytes of text: as many as the length says, or up to a NUL or the payload's end. */
  ANSI_STRING(2, -1),
  /** Signed, 1 byte. */
  INT8(3, 1),
  /** Unsigned, 1 byte. */
  UINT8(4, 1),
  /** Signed, 2 bytes. */
  INT16(5, 2),
  /** Unsigned, 2 bytes. */
  UINT16(6, 2),
  /** Signed, 4 bytes. */
  INT32(7, 4),
  /** Unsigned, 4 bytes. */
  UINT32(8, 4),
  /** Signed, 8 bytes. */
  INT64(9, 8),
  /** Unsigned, 8 bytes. */
  UINT64(10, 8),
  /** IEEE, 4 bytes. */
  FLOAT(11, 4),
  /** IEEE, 8 bytes. */
  DOUBLE(12, 8),
  /** 4 bytes, true but for 0. */
  BOOLEAN(13, 4),
  /** As many bytes as the length says. */
  BINARY(14, -1),
  /** 16 bytes. */
  GUID(15, 16),
  /** As many bytes as the event's pointers. */
  POINTER(16, -1),
  /** 8 bytes: 100 ns since 1601, UTC. */
  FILETIME(17, 8),
  /** 16 bytes: eight u16, year to millisecond. */
  SYSTEMTIME(18, 16),
  /** 8 bytes and 4 for each sub authority. */
  SID(19, -1),
  /** Unsigned, 4 bytes, shown in hex. */
  HEX_INT32(20, 4),
  /** Unsigned, 8 bytes, shown in hex. */
  HEX_INT64(21, 8),
  /** u16 bytes of UTF-16 that follow. */
  COUNTED_STRING(22, -1),
  /** u16 bytes of text that follow. */
  COUNTED_ANSI_STRING(23, -1),
  /** The members, one behind the other. */
  STRUCT(24, -1),
  /** u16 bytes that follow. */
  COUNTED_BINARY(25, -1),
  /** As {@link #COUNTED_STRING}; classic events. */
  MOF_COUNTED_STRING(300, -1),
  /** As {@link #COUNTED_ANSI_STRING}; classic events. */
  MOF_COUNTED_ANSI_STRING(301, -1),
  /** As {@link #COUNTED_STRING}, with the high byte of the count first. */
  REVERSED_COUNTED_STRING(302, -1),
  /** As {@link #COUNTED_ANSI_STRING}, with the high byte of the count first. */
  REVERSED_COUNTED_ANSI_STRING(303, -1),
  /** UTF-16 to the end of the payload. */
  NON_NULL_TERMINATED_STRING(304, -1),
  /** Bytes of text to the end of the payload. */
  NON_NULL_TERMINATED_ANSI_STRING(305, -1),
  /** One UTF-16 unit. */
  UNICODE_CHAR(306, 2),
  /** One byte of text. */
  ANSI_CHAR(307, 1),
  /** Unsigned, as many bytes as the event's pointers. */
  SIZE_T(308, -1),
  /** u32 bytes that follow. */
  HEX_DUMP(309, -1),
  /** 4 bytes of 0; otherwise two pointers (TOKEN_USER), then a SID. */
  WBEM_SID(310, -1),
  /** What this reader does not know: nothing behind it can be found. */
  UNKNOWN(-1, -1);

  private static final InType[] BY_NUMBER = new InType[311];

  static {
    java.util.Arrays.fill(BY_NUMBER, UNKNOWN);
    for (InType type : values()) {
      if (type != UNKNOWN && type != STRUCT) {
        BY_NUMBER[type.number] = type;
      }
    }
  }

  private final int number;
  private final int bytes;

  InType(int number, int bytes) {
    this.number = number;
    this.bytes = bytes;
  }

  /**
   * The type that TDH numbers so. Never STRUCT, which TDH tells by a flag and TraceLogging numbers
   * 24.
   *
   * @return UNKNOWN for a number that tdh.h does not have
   */
  public static InType of(int number) {
    return number >= 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : UNKNOWN;
  }

  /** TDH's number; -1 of UNKNOWN. */
  public int number() {
    return number;
  }

  /** Bytes of each value, or -1 where the payload or its pointer size says that. */
  public int bytes() {
    return bytes;
  }
}
