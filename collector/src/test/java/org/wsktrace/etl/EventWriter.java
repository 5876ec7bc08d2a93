package org.wsktrace.etl;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;
import org.wsktrace.etl.layout.EventHeader;
import org.wsktrace.etl.layout.EventMarker;
import org.wsktrace.etl.layout.ExtendedItem;
import org.wsktrace.etl.layout.FullHeader;
import org.wsktrace.etl.layout.MessageHeader;
import org.wsktrace.etl.layout.PerfInfoHeader;
import org.wsktrace.etl.layout.SystemHeader;
import org.wsktrace.etl.record.HeaderType;
import org.wsktrace.etl.record.HeaderType.Family;

/** Makes one event of any header type, for {@link BufferWriter}. */
public final class EventWriter {
  private final ByteArrayOutputStream between = new ByteArrayOutputStream();
  private final Family family;
  private final long ticks;
  private int type;
  private final int headerBytes;
  private int id;
  private int version;
  private int channel;
  private int level = 4;
  private int opcode;
  private int task;
  private int group;
  private int items;
  private int lastItem = -1;
  private int counters;
  private int messageFlags;
  private int instance;
  private int parentInstance;
  private UUID parentClass = new UUID(0, 0);
  private long keyword;
  private int processId = 4;
  private int threadId = 8;
  private UUID provider = new UUID(0, 0);
  private byte[] payload = {};

  private EventWriter(HeaderType type, int number, long ticks) {
    this.family = type.family();
    this.type = number;
    this.headerBytes = type.headerBytes();
    this.ticks = ticks;
  }

  /** An EVENT_HEADER event of a 64-bit program, at this tick. */
  public static EventWriter at(long ticks) {
    return new EventWriter(HeaderType.EVENT64, 19, ticks);
  }

  /** A kernel event of a 64-bit system, at this tick. */
  public static EventWriter system(long ticks, int group, int opcode) {
    return new EventWriter(HeaderType.SYSTEM64, 2, ticks).kernel(group, opcode);
  }

  /** The same without processor times. */
  public static EventWriter compact(long ticks, int group, int opcode) {
    return new EventWriter(HeaderType.COMPACT64, 4, ticks).kernel(group, opcode);
  }

  /** The same without process and thread. */
  public static EventWriter perfInfo(long ticks, int group, int opcode) {
    return new EventWriter(HeaderType.PERFINFO64, 17, ticks).kernel(group, opcode);
  }

  /** An event of a class of a 64-bit program. */
  public static EventWriter classic(long ticks, UUID eventClass, int opcode) {
    return new EventWriter(HeaderType.FULL64, 20, ticks).of(eventClass).opcode(opcode);
  }

  /** The same, of a transaction. */
  public static EventWriter instance(
      long ticks, UUID eventClass, int opcode, int instance, int parentInstance, UUID parentClass) {
    EventWriter event =
        new EventWriter(HeaderType.INSTANCE64, 21, ticks).of(eventClass).opcode(opcode);
    event.instance = instance;
    event.parentInstance = parentInstance;
    event.parentClass = parentClass;
    return event;
  }

  /**
   * A WPP message.
   *
   * @param flags FLAG_ of {@link MessageHeader}: what it has
   */
  public static EventWriter message(long ticks, UUID guid, int number, int flags) {
    EventWriter event = new EventWriter(HeaderType.MESSAGE, 0, ticks).of(guid).id(number);
    event.messageFlags = flags;
    return event;
  }

  private EventWriter kernel(int newGroup, int newOpcode) {
    group = newGroup;
    return opcode(newOpcode);
  }

  /** Number of the header type; the layout stays. */
  public EventWriter type(int number) {
    type = number;
    return this;
  }

  /** Event id. */
  public EventWriter id(int number) {
    id = number;
    return this;
  }

  /** Event version. */
  public EventWriter version(int number) {
    version = number;
    return this;
  }

  /** Channel, level, opcode and task. */
  public EventWriter kind(int newChannel, int newLevel, int newOpcode, int newTask) {
    channel = newChannel;
    level = newLevel;
    task = newTask;
    return opcode(newOpcode);
  }

  private EventWriter opcode(int number) {
    opcode = number;
    return this;
  }

  /** A set of bits. */
  public EventWriter keyword(long bits) {
    keyword = bits;
    return this;
  }

  /** Who logged it. */
  public EventWriter from(UUID newProvider, int process, int thread) {
    processId = process;
    threadId = thread;
    return of(newProvider);
  }

  private EventWriter of(UUID guid) {
    provider = guid;
    return this;
  }

  /** What it says. */
  public EventWriter payload(byte... bytes) {
    payload = bytes;
    return this;
  }

  /** Appends an extended item. */
  public EventWriter item(int itemType, byte... data) {
    byte[] item = new byte[(ExtendedItem.BYTES + data.length + 7) & -8];
    buffer(item)
        .putShort(ExtendedItem.ITEM_SIZE, (short) item.length)
        .putShort(ExtendedItem.TYPE, (short) itemType)
        .putShort(ExtendedItem.DATA_SIZE, (short) data.length)
        .put(ExtendedItem.BYTES, data);
    items++;
    lastItem = between.size();
    between.writeBytes(item);
    return this;
  }

  /** Puts performance counters in front of the payload, 1, 2, 3 ..., and one more where pebs. */
  public EventWriter counters(int count, boolean pebs) {
    counters =
        count << SystemHeader.VERSION_COUNTERS_SHIFT | (pebs ? SystemHeader.VERSION_PEBS_INDEX : 0);
    for (int value = 1; value <= count + (pebs ? 1 : 0); value++) {
      between.writeBytes(buffer(new byte[SystemHeader.COUNTER_BYTES]).putLong(0, value).array());
    }
    return this;
  }

  /** The event as it lies in a buffer. */
  public byte[] toBytes() {
    if (family == Family.MESSAGE) {
      putMessageFields();
    }
    byte[] middle = between.toByteArray();
    byte[] bytes = new byte[headerBytes + middle.length + payload.length];
    ByteBuffer event = buffer(bytes);
    event.put(EventMarker.TYPE, (byte) type).put(EventMarker.MARK, (byte) EventMarker.MARK_EVENT);
    switch (family) {
      case SYSTEM -> {
        putKernel(event);
        putWho(event);
        event.putLong(SystemHeader.TIME_STAMP, ticks);
      }
      case PERFINFO -> {
        putKernel(event);
        event.putLong(PerfInfoHeader.TIME_STAMP, ticks);
      }
      case CLASSIC -> putClassic(event);
      case EVENT -> {
        linkItems(middle);
        putEvent(event);
      }
      case MESSAGE ->
          event
              .putShort(EventMarker.SIZE, (short) bytes.length)
              .put(EventMarker.MARK, (byte) EventMarker.MARK_MESSAGE)
              .putShort(MessageHeader.NUMBER, (short) id)
              .putShort(MessageHeader.FLAGS, (short) messageFlags);
      case OPAQUE -> throw new IllegalStateException();
    }
    event.put(headerBytes, middle).put(headerBytes + middle.length, payload);
    return bytes;
  }

  private void putKernel(ByteBuffer event) {
    event
        .putShort(SystemHeader.VERSION, (short) (version | counters))
        .putShort(EventMarker.SIZE_BEHIND_VERSION, (short) event.capacity())
        .put(SystemHeader.OPCODE, (byte) opcode)
        .put(SystemHeader.GROUP, (byte) group);
  }

  private void putWho(ByteBuffer event) {
    event.putInt(EventHeader.THREAD_ID, threadId).putInt(EventHeader.PROCESS_ID, processId);
  }

  private void putClassic(ByteBuffer event) {
    event
        .putShort(EventMarker.SIZE, (short) event.capacity())
        .put(FullHeader.OPCODE, (byte) opcode)
        .put(FullHeader.LEVEL, (byte) level)
        .putShort(FullHeader.VERSION, (short) version)
        .putLong(FullHeader.TIME_STAMP, ticks);
    putWho(event);
    putGuid(event, FullHeader.GUID, provider);
    if (headerBytes == FullHeader.INSTANCE_BYTES) {
      event
          .putInt(FullHeader.INSTANCE_ID, instance)
          .putInt(FullHeader.PARENT_INSTANCE_ID, parentInstance);
      putGuid(event, FullHeader.PARENT_GUID, parentClass);
    }
  }

  private void putEvent(ByteBuffer event) {
    event
        .putShort(EventMarker.SIZE, (short) event.capacity())
        .putShort(EventHeader.FLAGS, (short) (items > 0 ? EventHeader.FLAG_EXTENDED_INFO : 0))
        .putLong(EventHeader.TIME_STAMP, ticks)
        .putShort(EventHeader.ID, (short) id)
        .put(EventHeader.VERSION, (byte) version)
        .put(EventHeader.CHANNEL, (byte) channel)
        .put(EventHeader.LEVEL, (byte) level)
        .put(EventHeader.OPCODE, (byte) opcode)
        .putShort(EventHeader.TASK, (short) task)
        .putLong(EventHeader.KEYWORD, keyword);
    putWho(event);
    putGuid(event, EventHeader.PROVIDER_ID, provider);
  }

  private void putMessageFields() {
    between.reset();
    if ((messageFlags & MessageHeader.FLAG_SEQUENCE) != 0) {
      between.writeBytes(new byte[] {1, 0, 0, 0});
    }
    if ((messageFlags & MessageHeader.FLAG_GUID) != 0) {
      byte[] guid = new byte[16];
      putGuid(buffer(guid), 0, provider);
      between.writeBytes(guid);
    } else if ((messageFlags & MessageHeader.FLAG_COMPONENT_ID) != 0) {
      between.writeBytes(new byte[] {9, 0, 0, 0});
    }
    if ((messageFlags & MessageHeader.FLAG_TIME_STAMP) != 0) {
      between.writeBytes(buffer(new byte[8]).putLong(ticks).array());
    }
    if ((messageFlags & MessageHeader.FLAG_SYSTEM_INFO) != 0) {
      between.writeBytes(buffer(new byte[8]).putInt(threadId).putInt(processId).array());
    }
  }

  private static void putGuid(ByteBuffer to, int at, UUID guid) {
    to.putInt(at, (int) (guid.getMostSignificantBits() >> 32))
        .putShort(at + 4, (short) (guid.getMostSignificantBits() >> 16))
        .putShort(at + 6, (short) guid.getMostSignificantBits())
        .putLong(at + 8, Long.reverseBytes(guid.getLeastSignificantBits()));
  }

  private static ByteBuffer buffer(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Every item but the last says that another follows. */
  private void linkItems(byte[] middle) {
    ByteBuffer all = buffer(middle);
    int at = 0;
    while (at < lastItem) {
      all.putShort(at + ExtendedItem.LINKAGE, (short) ExtendedItem.LINKAGE_MORE);
      at += all.getShort(at + ExtendedItem.ITEM_SIZE);
    }
  }
}
