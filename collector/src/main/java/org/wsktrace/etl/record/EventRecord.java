package org.wsktrace.etl.record;

import static org.wsktrace.etl.layout.LittleEndian.guidHigh;
import static org.wsktrace.etl.layout.LittleEndian.guidLow;
import static org.wsktrace.etl.layout.LittleEndian.i32;
import static org.wsktrace.etl.layout.LittleEndian.i64;
import static org.wsktrace.etl.layout.LittleEndian.u16;
import static org.wsktrace.etl.layout.LittleEndian.u8;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Instant;
import java.util.UUID;
import org.wsktrace.etl.layout.EventHeader;
import org.wsktrace.etl.layout.ExtendedItem;
import org.wsktrace.etl.layout.FullHeader;
import org.wsktrace.etl.layout.MessageHeader;
import org.wsktrace.etl.layout.SystemHeader;
import org.wsktrace.etl.record.HeaderType.Family;

/**
 * One event, as a view of its bytes: valid during the callback that got it, then reused. Nothing is
 * copied or allocated unless a method says so; {@link #copy} keeps an event.
 *
 * <p>What an event's header lacks is 0, but for the ids of process and thread, which are -1:
 *
 * <ul>
 *   <li>An event of the kernel ({@code SYSTEM}, {@code COMPACT}, {@code PERFINFO}) has a group and
 *       an opcode in place of a provider; its {@link #id} is both, the kernel's hook id.
 *   <li>A classic event ({@code FULL}, {@code INSTANCE}) has the GUID of its class in place of a
 *       provider, and an opcode in place of an id.
 *   <li>A WPP message has a GUID and a number, and of the rest what it was told to log.
 * </ul>
 *
 * <p>Numbers that are unsigned on disk come as non-negative ints, but for process and thread ids
 * and the keyword, of which all bits are used.
 *
 * <p>Belongs to the thread that reads.
 */
public final class EventRecord {
  private static final int NONE = -1;

  private EtlClock clock;
  private MemorySegment segment = MemorySegment.NULL;
  private long at;
  private HeaderType type = HeaderType.EVENT64;
  private int payload;
  private int size;
  private long timestamp;
  private int processor;
  private long filePosition;

  /** Looks at nothing yet. */
  public EventRecord(EtlClock clock) {
    this.clock = clock;
  }

  /** For who reads bytes: the events from now on have another clock. */
  public void clock(EtlClock next) {
    clock = next;
  }

  /**
   * For who reads bytes: looks at another event.
   *
   * @param at where it begins in the segment
   * @param payload where its payload begins in it, from {@link PayloadStart}
   * @param size its bytes, header included
   */
  public void wrap(
      MemorySegment segment,
      long at,
      HeaderType type,
      int payload,
      int size,
      long timestamp,
      int processor,
      long filePosition) {
    this.segment = segment;
    this.at = at;
    this.type = type;
    this.payload = payload;
    this.size = size;
    this.timestamp = timestamp;
    this.processor = processor;
    this.filePosition = filePosition;
  }

  /** Which header it has, and so the pointer size of who logged it. */
  public HeaderType headerType() {
    return type;
  }

  /** Bytes of a pointer in the payload, 4 or 8. */
  public int pointerSize() {
    boolean narrow =
        type == HeaderType.MESSAGE
            ? (messageFlags() & MessageHeader.FLAG_POINTER_32) != 0
            : type.is32Bit();
    return narrow ? 4 : 8;
  }

  private int guid() {
    return switch (type.family()) {
      case EVENT -> EventHeader.PROVIDER_ID;
      case CLASSIC -> FullHeader.GUID;
      case MESSAGE -> MessageFields.guid(messageFlags());
      case SYSTEM, PERFINFO, OPAQUE -> NONE;
    };
  }

  /**
   * The provider, of a classic event its class, of a message its GUID; as {@link
   * UUID#getMostSignificantBits} has it.
   */
  public long providerHigh() {
    int guid = guid();
    return guid < 0 ? 0 : guidHigh(segment, at + guid);
  }

  /** The same as {@link UUID#getLeastSignificantBits} has it. */
  public long providerLow() {
    int guid = guid();
    return guid < 0 ? 0 : guidLow(segment, at + guid);
  }

  /** Whether its provider is this. */
  public boolean isFrom(UUID provider) {
    return providerLow() == provider.getLeastSignificantBits()
        && providerHigh() == provider.getMostSignificantBits();
  }

  /** The provider, in an object of its own; see {@link #providerHigh}. */
  public UUID provider() {
    return new UUID(providerHigh(), providerLow());
  }

  /**
   * The event's number within its provider, of a message within its GUID; of a kernel event, group
   * << 8 | opcode.
   */
  public int id() {
    return switch (type.family()) {
      case EVENT -> u16(segment, at + EventHeader.ID);
      case SYSTEM, PERFINFO -> group() << 8 | opcode();
      case MESSAGE -> u16(segment, at + MessageHeader.NUMBER);
      case CLASSIC, OPAQUE -> 0;
    };
  }

  /** The kernel's group of events, 0 to 255 (0 is ETW itself); -1 for other events. */
  public int group() {
    return type.isKernel() ? u8(segment, at + SystemHeader.GROUP) : NONE;
  }

  /** 0 to 255; of a classic event up to 65535. */
  public int version() {
    return switch (type.family()) {
      case EVENT -> u8(segment, at + EventHeader.VERSION);
      case SYSTEM, PERFINFO -> u8(segment, at + SystemHeader.VERSION);
      case CLASSIC -> u16(segment, at + FullHeader.VERSION);
      case MESSAGE, OPAQUE -> 0;
    };
  }

  /** 0 to 255; 11 for TraceLogging. */
  public int channel() {
    return type.family() == Family.EVENT ? u8(segment, at + EventHeader.CHANNEL) : 0;
  }

  /** 1 critical to 5 verbose, 0 always; up to 255. */
  public int level() {
    return switch (type.family()) {
      case EVENT -> u8(segment, at + EventHeader.LEVEL);
      case CLASSIC -> u8(segment, at + FullHeader.LEVEL);
      case SYSTEM, PERFINFO, MESSAGE, OPAQUE -> 0;
    };
  }

  /** 0 to 255. */
  public int opcode() {
    return switch (type.family()) {
      case EVENT -> u8(segment, at + EventHeader.OPCODE);
      case SYSTEM, PERFINFO -> u8(segment, at + SystemHeader.OPCODE);
      case CLASSIC -> u8(segment, at + FullHeader.OPCODE);
      case MESSAGE, OPAQUE -> 0;
    };
  }

  /** 0 to 65535. */
  public int task() {
    return type.family() == Family.EVENT ? u16(segment, at + EventHeader.TASK) : 0;
  }

  /** A set of bits. */
  public long keyword() {
    return type.family() == Family.EVENT ? i64(segment, at + EventHeader.KEYWORD) : 0;
  }

  /** Unsigned; -1 where ETW did not know or did not say. */
  public int processId() {
    return switch (type.family()) {
      // At one place in all three.
      case EVENT, SYSTEM, CLASSIC -> i32(segment, at + EventHeader.PROCESS_ID);
      case MESSAGE -> systemInfo(Integer.BYTES);
      case PERFINFO, OPAQUE -> NONE;
    };
  }

  /** Unsigned; -1 where ETW did not know or did not say. */
  public int threadId() {
    return switch (type.family()) {
      case EVENT, SYSTEM, CLASSIC -> i32(segment, at + EventHeader.THREAD_ID);
      case MESSAGE -> systemInfo(0);
      case PERFINFO, OPAQUE -> NONE;
    };
  }

  private int systemInfo(int offset) {
    int fields = MessageFields.systemInfo(messageFlags());
    return fields < 0 ? NONE : i32(segment, at + fields + offset);
  }

  /** The activity that it is part of, in an object of its own; all zero for none. */
  public UUID activityId() {
    return type.family() == Family.EVENT ? guidAt(at + EventHeader.ACTIVITY_ID) : new UUID(0, 0);
  }

  /** FLAG_ of {@link MessageHeader}; 0 for what is no message. */
  public int messageFlags() {
    return type == HeaderType.MESSAGE ? u16(segment, at + MessageHeader.FLAGS) : 0;
  }

  private boolean isInstance() {
    return type == HeaderType.INSTANCE32 || type == HeaderType.INSTANCE64;
  }

  /** The transaction; unsigned, 0 for none. */
  public int instanceId() {
    return isInstance() ? i32(segment, at + FullHeader.INSTANCE_ID) : 0;
  }

  /** The transaction that it is part of; unsigned, 0 for none. */
  public int parentInstanceId() {
    return isInstance() ? i32(segment, at + FullHeader.PARENT_INSTANCE_ID) : 0;
  }

  /** The class of the parent instance, in an object of its own; all zero for none. */
  public UUID parentClass() {
    return isInstance() ? guidAt(at + FullHeader.PARENT_GUID) : new UUID(0, 0);
  }

  private UUID guidAt(long offset) {
    return new UUID(guidHigh(segment, offset), guidLow(segment, offset));
  }

  /**
   * How many performance counters a kernel event has, 0 to 8. Where the session records the index
   * of precise sampling, that is one of them.
   */
  public int counterCount() {
    return type.isKernel() ? PayloadStart.counters(segment, at) : 0;
  }

  /**
   * One of the performance counters.
   *
   * @param index 0 to {@link #counterCount} - 1
   */
  public long counter(int index) {
    if (index < 0 || index >= counterCount()) {
      throw new IndexOutOfBoundsException(index);
    }
    return i64(segment, at + type.headerBytes() + (long) index * SystemHeader.COUNTER_BYTES);
  }

  /**
   * The first of its extended items, for {@link #itemType} and the like, or -1 where there is none:
   *
   * {@snippet lang=java :
   * for (int item = event.firstItem(); item >= 0; item = event.nextItem(item)) {
   *   use(event.itemType(item), event.itemOffset(item), event.itemSize(item));
   * }
   * }
   */
  public int firstItem() {
    boolean any =
        type.family() == Family.EVENT
            && (u16(segment, at + EventHeader.FLAGS) & EventHeader.FLAG_EXTENDED_INFO) != 0;
    return any ? EventHeader.BYTES : NONE;
  }

  /** The extended item behind this one, or -1. */
  public int nextItem(int item) {
    int linkage = u16(segment, at + item + ExtendedItem.LINKAGE);
    return (linkage & ExtendedItem.LINKAGE_MORE) == 0
        ? NONE
        : item + u16(segment, at + item + ExtendedItem.ITEM_SIZE);
  }

  /** The first extended item of a type, or -1. */
  public int item(int itemType) {
    int item = firstItem();
    while (item >= 0 && itemType(item) != itemType) {
      item = nextItem(item);
    }
    return item;
  }

  /** The type of an extended item, a constant of {@link ExtendedItem} or another. */
  public int itemType(int item) {
    return u16(segment, at + item + ExtendedItem.TYPE);
  }

  /** Where the data of an extended item begin in {@link #segment}. */
  public long itemOffset(int item) {
    return at + item + ExtendedItem.BYTES;
  }

  /** Bytes of the data of an extended item. */
  public int itemSize(int item) {
    return u16(segment, at + item + ExtendedItem.DATA_SIZE);
  }

  /** The processor whose buffer holds it, from 0. */
  public int processor() {
    return processor;
  }

  /** Ticks of the trace's clock; of a message without a time, those of the event before it. */
  public long timestamp() {
    return timestamp;
  }

  /** Nanoseconds since the start of the trace; see {@link EtlClock#nanoseconds}. */
  public long nanoseconds() {
    return clock.nanoseconds(timestamp);
  }

  /** Units of 100 ns since the beginning of 1601, UTC. */
  public long fileTime() {
    return clock.fileTime(timestamp);
  }

  /** The wall-clock time, in an object of its own. */
  public Instant instant() {
    return clock.instant(timestamp);
  }

  /**
   * Memory that holds the event's data; use {@link #payloadOffset} and {@link #itemOffset}, other
   * bytes of it are of no concern. Read-only.
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

  /**
   * Where the event begins in the file, in bytes; in a compressed buffer, where the buffer begins.
   */
  public long filePosition() {
    return filePosition;
  }

  /** The payload, in an array of its own. */
  public byte[] payloadBytes() {
    return segment.asSlice(payloadOffset(), payloadSize()).toArray(ValueLayout.JAVA_BYTE);
  }

  /** The event with bytes of its own, to keep; any thread may read it. */
  public EventRecord copy() {
    byte[] bytes = segment.asSlice(at, size).toArray(ValueLayout.JAVA_BYTE);
    var copy = new EventRecord(clock);
    copy.wrap(
        MemorySegment.ofArray(bytes).asReadOnly(),
        0,
        type,
        payload,
        size,
        timestamp,
        processor,
        filePosition);
    return copy;
  }
}
