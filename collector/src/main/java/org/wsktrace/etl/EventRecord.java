package org.wsktrace.etl;

import static org.wsktrace.etl.layout.LittleEndian.i32;
import static org.wsktrace.etl.layout.LittleEndian.i64;
import static org.wsktrace.etl.layout.LittleEndian.u16;
import static org.wsktrace.etl.layout.LittleEndian.u8;

import java.lang.foreign.MemorySegment;
import java.time.Instant;
import java.util.UUID;
import org.wsktrace.etl.layout.EventHeader;
import org.wsktrace.etl.layout.ExtendedItem;
import org.wsktrace.etl.layout.SystemHeader;

/**
 * One event, as a view of its bytes: valid during the callback that got it, then reused. Nothing is
 * copied or allocated unless a method says so.
 *
 * <p>A {@link HeaderType#SYSTEM32 SYSTEM} event has no provider, level, task or keyword: these are
 * 0, and its id is the kernel's hook id, group and opcode together.
 *
 * <p>Numbers that are unsigned on disk come as non-negative ints, but for process and thread ids
 * and the keyword, of which all bits are used.
 *
 * <p>Belongs to the thread that reads.
 */
public final class EventRecord {
  private final EtlClock clock;
  private MemorySegment segment = MemorySegment.NULL;
  private long at;
  private HeaderType type = HeaderType.EVENT64;
  private int payload;
  private int size;
  private int processor;
  private long filePosition;

  EventRecord(EtlClock clock) {
    this.clock = clock;
  }

  /**
   * Looks at another event.
   *
   * @param at where it begins in the segment
   * @param payload where its payload begins in it, from {@link #payloadStart}
   * @param size its bytes, header included
   */
  void wrap(
      MemorySegment segment,
      long at,
      HeaderType type,
      int payload,
      int size,
      int processor,
      long filePosition) {
    this.segment = segment;
    this.at = at;
    this.type = type;
    this.payload = payload;
    this.size = size;
    this.processor = processor;
    this.filePosition = filePosition;
  }

  /**
   * Where the payload of an event begins, in bytes from the event's start: behind its header and
   * what stands between.
   *
   * @param size the event's bytes, at least its header
   * @return -1 where that does not fit the event: its bytes are broken
   */
  static int payloadStart(MemorySegment segment, long at, HeaderType type, int size) {
    if (type.isSystem()) {
      int version = u16(segment, at + SystemHeader.VERSION);
      int counters =
          (version & SystemHeader.VERSION_COUNTERS) >> SystemHeader.VERSION_COUNTERS_SHIFT;
      int more = (version & SystemHeader.VERSION_PEBS_INDEX) != 0 ? 1 : 0;
      int start = SystemHeader.BYTES + (counters + more) * SystemHeader.COUNTER_BYTES;
      return start <= size ? start : -1;
    }
    int start = EventHeader.BYTES;
    boolean more = (u16(segment, at + EventHeader.FLAGS) & EventHeader.FLAG_EXTENDED_INFO) != 0;
    while (more) {
      if (start + ExtendedItem.BYTES > size) {
        return -1;
      }
      int itemSize = u16(segment, at + start + ExtendedItem.ITEM_SIZE);
      int dataSize = u16(segment, at + start + ExtendedItem.DATA_SIZE);
      if (itemSize < ExtendedItem.BYTES + dataSize || start + itemSize > size) {
        return -1;
      }
      more = (u16(segment, at + start + ExtendedItem.LINKAGE) & ExtendedItem.LINKAGE_MORE) != 0;
      start += itemSize;
    }
    return start;
  }

  /** Which header it has, and so the pointer size of who logged it. */
  public HeaderType headerType() {
    return type;
  }

  /** The provider as {@link UUID#getMostSignificantBits} has it; 0 for a SYSTEM event. */
  public long providerHigh() {
    if (!type.isEvent()) {
      return 0;
    }
    long guid = at + EventHeader.PROVIDER_ID;
    return (long) i32(segment, guid) << 32
        | (long) u16(segment, guid + 4) << 16
        | u16(segment, guid + 6);
  }

  /** The provider as {@link UUID#getLeastSignificantBits} has it; 0 for a SYSTEM event. */
  public long providerLow() {
    return type.isEvent() ? Long.reverseBytes(i64(segment, at + EventHeader.PROVIDER_ID + 8)) : 0;
  }

  /** Whether this provider logged it. */
  public boolean isFrom(UUID provider) {
    return providerLow() == provider.getLeastSignificantBits()
        && providerHigh() == provider.getMostSignificantBits();
  }

  /** The provider, in an object of its own; all zero for a SYSTEM event. */
  public UUID provider() {
    return new UUID(providerHigh(), providerLow());
  }

  /** The event's number within its provider; of a SYSTEM event, group << 8 | opcode. */
  public int id() {
    return type.isEvent()
        ? u16(segment, at + EventHeader.ID)
        : u8(segment, at + SystemHeader.GROUP) << 8 | opcode();
  }

  /** 0 to 255. */
  public int version() {
    return u8(segment, at + (type.isEvent() ? EventHeader.VERSION : SystemHeader.VERSION));
  }

  /** 0 to 255; 11 for TraceLogging. */
  public int channel() {
    return type.isEvent() ? u8(segment, at + EventHeader.CHANNEL) : 0;
  }

  /** 1 critical to 5 verbose, 0 always; up to 255. */
  public int level() {
    return type.isEvent() ? u8(segment, at + EventHeader.LEVEL) : 0;
  }

  /** 0 to 255. */
  public int opcode() {
    return u8(segment, at + (type.isEvent() ? EventHeader.OPCODE : SystemHeader.OPCODE));
  }

  /** 0 to 65535. */
  public int task() {
    return type.isEvent() ? u16(segment, at + EventHeader.TASK) : 0;
  }

  /** A set of bits. */
  public long keyword() {
    return type.isEvent() ? i64(segment, at + EventHeader.KEYWORD) : 0;
  }

  /** Unsigned; -1 where ETW did not know. */
  public int processId() {
    return i32(segment, at + (type.isEvent() ? EventHeader.PROCESS_ID : SystemHeader.PROCESS_ID));
  }

  /** Unsigned; -1 where ETW did not know. */
  public int threadId() {
    return i32(segment, at + (type.isEvent() ? EventHeader.THREAD_ID : SystemHeader.THREAD_ID));
  }

  /** The processor whose buffer holds it, from 0. */
  public int processor() {
    return processor;
  }

  /** Ticks of the trace's clock. */
  public long timestamp() {
    return type.timeStampAt(segment, at);
  }

  /** Nanoseconds since the start of the trace; see {@link EtlClock#nanoseconds}. */
  public long nanoseconds() {
    return clock.nanoseconds(timestamp());
  }

  /** Units of 100 ns since the beginning of 1601, UTC. */
  public long fileTime() {
    return clock.fileTime(timestamp());
  }

  /** The wall-clock time, in an object of its own. */
  public Instant instant() {
    return clock.instant(timestamp());
  }

  /**
   * Memory that holds the payload, from {@link #payloadOffset}; other bytes of it are of no
   * concern. Read-only.
   */
  public MemorySegment segment() {
    return segment;
  }

  /** Where the payload begins in {@link #segment}. */
  public long payloadOffset() {
    return at + payload;
  }

  /** Bytes of payload, 0 to 65535. */
  public int payloadSize() {
    return size - payload;
  }

  /** Where the event begins in the file, in bytes. */
  public long filePosition() {
    return filePosition;
  }
}
