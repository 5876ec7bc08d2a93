package org.wsktrace.etl;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;
import org.wsktrace.etl.layout.EventHeader;
import org.wsktrace.etl.layout.EventMarker;
import org.wsktrace.etl.layout.ExtendedItem;
import org.wsktrace.etl.layout.SystemHeader;

/** Makes one event, for {@link BufferWriter}. */
public final class EventWriter {
  private final ByteArrayOutputStream between = new ByteArrayOutputStream();
  private final boolean system;
  private final long ticks;
  private int type;
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
  private long keyword;
  private int processId = 4;
  private int threadId = 8;
  private UUID provider = new UUID(0, 0);
  private byte[] payload = {};

  private EventWriter(boolean system, long ticks) {
    this.system = system;
    this.ticks = ticks;
    this.type = system ? 2 : 19;
  }

  /** An EVENT_HEADER event of a 64-bit program, at this tick. */
  public static EventWriter at(long ticks) {
    return new EventWriter(false, ticks);
  }

  /** A kernel event of a 64-bit system, at this tick. */
  public static EventWriter system(long ticks, int group, int opcode) {
    EventWriter event = new EventWriter(true, ticks).opcode(opcode);
    event.group = group;
    return event;
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
    provider = newProvider;
    processId = process;
    threadId = thread;
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
    ByteBuffer.wrap(item)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putShort(ExtendedItem.ITEM_SIZE, (short) item.length)
        .putShort(ExtendedItem.TYPE, (short) itemType)
        .putShort(ExtendedItem.DATA_SIZE, (short) data.length)
        .put(ExtendedItem.BYTES, data);
    items++;
    lastItem = between.size();
    between.writeBytes(item);
    return this;
  }

  /** Puts performance counters in front of the payload, and one more where pebs. */
  public EventWriter counters(int count, boolean pebs) {
    counters =
        count << SystemHeader.VERSION_COUNTERS_SHIFT | (pebs ? SystemHeader.VERSION_PEBS_INDEX : 0);
    between.writeBytes(new byte[(count + (pebs ? 1 : 0)) * SystemHeader.COUNTER_BYTES]);
    return this;
  }

  byte[] toBytes() {
    int header = system ? SystemHeader.BYTES : EventHeader.BYTES;
    byte[] middle = between.toByteArray();
    byte[] bytes = new byte[header + middle.length + payload.length];
    ByteBuffer event = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    event
        .put(EventMarker.TYPE, (byte) type)
        .put(EventMarker.MARK, (byte) EventMarker.MARK_EVENT)
        .putLong(EventHeader.TIME_STAMP, ticks)
        .putInt(EventHeader.THREAD_ID, threadId)
        .putInt(EventHeader.PROCESS_ID, processId);
    if (system) {
      event
          .putShort(SystemHeader.VERSION, (short) (version | counters))
          .putShort(EventMarker.SIZE_BEHIND_VERSION, (short) bytes.length)
          .put(SystemHeader.OPCODE, (byte) opcode)
          .put(SystemHeader.GROUP, (byte) group);
    } else {
      linkItems(middle);
      event
          .putShort(EventMarker.SIZE, (short) bytes.length)
          .putShort(EventHeader.FLAGS, (short) (items > 0 ? EventHeader.FLAG_EXTENDED_INFO : 0))
          .putInt(EventHeader.PROVIDER_ID, (int) (provider.getMostSignificantBits() >> 32))
          .putShort(EventHeader.PROVIDER_ID + 4, (short) (provider.getMostSignificantBits() >> 16))
          .putShort(EventHeader.PROVIDER_ID + 6, (short) provider.getMostSignificantBits())
          .putLong(
              EventHeader.PROVIDER_ID + 8, Long.reverseBytes(provider.getLeastSignificantBits()))
          .putShort(EventHeader.ID, (short) id)
          .put(EventHeader.VERSION, (byte) version)
          .put(EventHeader.CHANNEL, (byte) channel)
          .put(EventHeader.LEVEL, (byte) level)
          .put(EventHeader.OPCODE, (byte) opcode)
          .putShort(EventHeader.TASK, (short) task)
          .putLong(EventHeader.KEYWORD, keyword);
    }
    event.put(header, middle).put(header + middle.length, payload);
    return bytes;
  }

  /** Every item but the last says that another follows. */
  private void linkItems(byte[] middle) {
    ByteBuffer all = ByteBuffer.wrap(middle).order(ByteOrder.LITTLE_ENDIAN);
    int at = 0;
    while (at < lastItem) {
      all.putShort(at + ExtendedItem.LINKAGE, (short) ExtendedItem.LINKAGE_MORE);
      at += all.getShort(at + ExtendedItem.ITEM_SIZE);
    }
  }
}
