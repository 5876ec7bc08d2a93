package org.wsktrace.etl.record;

import static org.wsktrace.etl.layout.LittleEndian.i64;
import static org.wsktrace.etl.layout.LittleEndian.u16;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.wsktrace.etl.layout.EventHeader;
import org.wsktrace.etl.layout.EventMarker;
import org.wsktrace.etl.layout.FullHeader;
import org.wsktrace.etl.layout.MessageHeader;
import org.wsktrace.etl.layout.PerfInfoHeader;
import org.wsktrace.etl.layout.SystemHeader;

/**
 * Which header an event has: what it begins with, and so where its fields lie. The number in a name
 * is the pointer size of who logged it, in bits.
 */
public enum HeaderType {
  /** An event of the kernel or of ETW itself, such as the one that describes the trace. */
  SYSTEM32(Family.SYSTEM, 1, SystemHeader.BYTES),
  /** See {@link #SYSTEM32}. */
  SYSTEM64(Family.SYSTEM, 2, SystemHeader.BYTES),
  /** SYSTEM32 without processor times. */
  COMPACT32(Family.SYSTEM, 3, SystemHeader.COMPACT_BYTES),
  /** SYSTEM64 without processor times. */
  COMPACT64(Family.SYSTEM, 4, SystemHeader.COMPACT_BYTES),
  /** An event of a classic provider, named by the GUID of its class. */
  FULL32(Family.CLASSIC, 10, FullHeader.BYTES),
  /** FULL32 with the instance of a transaction. */
  INSTANCE32(Family.CLASSIC, 11, FullHeader.INSTANCE_BYTES),
  /** What ETW writes when it cannot write an event; only its size is known. */
  ERROR(Family.OPAQUE, 13, EventMarker.BYTES),
  /** A short kernel event, without thread. */
  PERFINFO32(Family.PERFINFO, 16, PerfInfoHeader.BYTES),
  /** See {@link #PERFINFO32}. */
  PERFINFO64(Family.PERFINFO, 17, PerfInfoHeader.BYTES),
  /** An event of a manifest or TraceLogging provider. */
  EVENT32(Family.EVENT, 18, EventHeader.BYTES),
  /** See {@link #EVENT32}. */
  EVENT64(Family.EVENT, 19, EventHeader.BYTES),
  /** See {@link #FULL32}. */
  FULL64(Family.CLASSIC, 20, FullHeader.BYTES),
  /** See {@link #INSTANCE32}. */
  INSTANCE64(Family.CLASSIC, 21, FullHeader.INSTANCE_BYTES),
  /** A WPP message. */
  MESSAGE(Family.MESSAGE, 0, MessageHeader.BYTES),
  /** A header that is not known but for its size. */
  UNKNOWN(Family.OPAQUE, 0, EventMarker.BYTES);

  /** What have their fields in the same places. */
  public enum Family {
    /** Thread and process, group and opcode. */
    SYSTEM,
    /** Group and opcode, no thread. */
    PERFINFO,
    /** The GUID of a class, and an opcode. */
    CLASSIC,
    /** The GUID of a provider, and an id. */
    EVENT,
    /** A WPP message. */
    MESSAGE,
    /** Nothing is known but the size. */
    OPAQUE
  }

  private static final @Nullable HeaderType[] BY_NUMBER = new @Nullable HeaderType[256];

  static {
    for (HeaderType type : values()) {
      if (type.number != 0) {
        BY_NUMBER[type.number] = type;
      }
    }
    for (int number = EventMarker.FIRST_SIZED; number < BY_NUMBER.length; number++) {
      if (BY_NUMBER[number] == null) {
        BY_NUMBER[number] = UNKNOWN;
      }
    }
  }

  private final Family family;
  private final int number;
  private final int bytes;

  HeaderType(Family family, int number, int bytes) {
    this.family = family;
    this.number = number;
    this.bytes = bytes;
  }

  /** Whether its events are delivered. The others are counted and skipped by their size. */
  public boolean delivered() {
    return family != Family.OPAQUE;
  }

  /** Which of its fields are where. */
  public Family family() {
    return family;
  }

  /** Whether it names what happened by a group and an opcode of the kernel. */
  public boolean isKernel() {
    return family == Family.SYSTEM || family == Family.PERFINFO;
  }

  /** Whether it is that of a 32-bit process or kernel. */
  public boolean is32Bit() {
    return switch (this) {
      case SYSTEM32, COMPACT32, FULL32, INSTANCE32, PERFINFO32, EVENT32 -> true;
      default -> false;
    };
  }

  /** The type of the event whose marker is at the offset, or null where no event begins. */
  public static @Nullable HeaderType at(MemorySegment segment, long offset) {
    int numberAndMark = u16(segment, offset + EventMarker.TYPE);
    return switch (numberAndMark >> 8) {
      case EventMarker.MARK_EVENT -> BY_NUMBER[numberAndMark & 0xFF];
      case EventMarker.MARK_MESSAGE -> MESSAGE;
      case EventMarker.MARK_TIMED -> UNKNOWN;
      default -> null;
    };
  }

  /** Bytes of the header, and so the least that an event of this type may have. */
  public int headerBytes() {
    return bytes;
  }

  /** Bytes of the event at the offset, header included, padding not; as it says, unchecked. */
  public int sizeAt(MemorySegment segment, long offset) {
    return u16(segment, offset + (isKernel() ? EventMarker.SIZE_BEHIND_VERSION : EventMarker.SIZE));
  }

  /**
   * Ticks of the event at the offset.
   *
   * @param untimed what to return where the event has no time
   * @param size bytes of the event that may be read
   */
  public long timeStampAt(MemorySegment segment, long offset, int size, long untimed) {
    return switch (family) {
      case SYSTEM -> i64(segment, offset + SystemHeader.TIME_STAMP);
      case PERFINFO -> i64(segment, offset + PerfInfoHeader.TIME_STAMP);
      case CLASSIC -> i64(segment, offset + FullHeader.TIME_STAMP);
      case EVENT -> i64(segment, offset + EventHeader.TIME_STAMP);
      case MESSAGE -> {
        int at = MessageFields.timeStamp(u16(segment, offset + MessageHeader.FLAGS));
        yield at < 0 || at + Long.BYTES > size ? untimed : i64(segment, offset + at);
      }
      case OPAQUE -> untimed;
    };
  }
}
