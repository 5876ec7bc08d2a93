package org.wsktrace.etl;

import static org.wsktrace.etl.layout.LittleEndian.i64;
import static org.wsktrace.etl.layout.LittleEndian.u16;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.wsktrace.etl.layout.EventHeader;
import org.wsktrace.etl.layout.EventMarker;
import org.wsktrace.etl.layout.SystemHeader;

/**
 * Which header an event has: what it begins with, and so where its fields lie. The number in a name
 * is the pointer size of who logged it, in bits.
 */
public enum HeaderType {
  /** An event of the kernel or of ETW itself, such as the one that describes the trace. */
  SYSTEM32(1, SystemHeader.BYTES, 16),
  /** See {@link #SYSTEM32}. */
  SYSTEM64(2, SystemHeader.BYTES, 16),
  /** SYSTEM32 without processor times. */
  COMPACT32(3, 24, 16),
  /** SYSTEM64 without processor times. */
  COMPACT64(4, 24, 16),
  /** An event of a classic provider, named by the GUID of its class. */
  FULL32(10, 48, 16),
  /** FULL32 with the instance of a transaction. */
  INSTANCE32(11, 72, 16),
  /** What ETW writes when it cannot write an event. */
  ERROR(13, EventMarker.BYTES, 0),
  /** A short kernel event, without thread. */
  PERFINFO32(16, 16, 8),
  /** See {@link #PERFINFO32}. */
  PERFINFO64(17, 16, 8),
  /** An event of a manifest or TraceLogging provider. */
  EVENT32(18, EventHeader.BYTES, 16),
  /** See {@link #EVENT32}. */
  EVENT64(19, EventHeader.BYTES, 16),
  /** See {@link #FULL32}. */
  FULL64(20, 48, 16),
  /** See {@link #INSTANCE32}. */
  INSTANCE64(21, 72, 16),
  /** A WPP message. */
  MESSAGE(0, EventMarker.BYTES, 0);

  private static final HeaderType[] BY_NUMBER = new HeaderType[22];

  static {
    for (HeaderType type : values()) {
      if (type != MESSAGE) {
        BY_NUMBER[type.number] = type;
      }
    }
  }

  private final int number;
  private final int bytes;
  // From the start of the event; 0 where there is none at a fixed place.
  private final int timeStamp;

  HeaderType(int number, int bytes, int timeStamp) {
    this.number = number;
    this.bytes = bytes;
    this.timeStamp = timeStamp;
  }

  /** Whether its events are delivered. The others are counted and skipped by their size. */
  public boolean delivered() {
    return isSystem() || isEvent();
  }

  boolean isSystem() {
    return this == SYSTEM32 || this == SYSTEM64;
  }

  boolean isEvent() {
    return this == EVENT32 || this == EVENT64;
  }

  /** The type of the event whose marker is at the offset, or null where no event begins. */
  static @Nullable HeaderType at(MemorySegment segment, long offset) {
    int numberAndMark = u16(segment, offset + EventMarker.TYPE);
    int mark = numberAndMark >> 8;
    if (mark == EventMarker.MARK_MESSAGE) {
      return MESSAGE;
    }
    int number = numberAndMark & 0xFF;
    return mark == EventMarker.MARK_EVENT && number < BY_NUMBER.length ? BY_NUMBER[number] : null;
  }

  /** Bytes of the header, and so the least that an event of this type may have. */
  int headerBytes() {
    return bytes;
  }

  /** Bytes of the event at the offset, header included, padding not; as it says, unchecked. */
  int sizeAt(MemorySegment segment, long offset) {
    boolean versionFirst = number != 0 && (number <= 4 || number == 16 || number == 17);
    return u16(
        segment, offset + (versionFirst ? EventMarker.SIZE_BEHIND_VERSION : EventMarker.SIZE));
  }

  boolean hasTimeStamp() {
    return timeStamp != 0;
  }

  /** Ticks of the event at the offset; only if {@link #hasTimeStamp}. */
  long timeStampAt(MemorySegment segment, long offset) {
    return i64(segment, offset + timeStamp);
  }
}
