package org.wsktrace.etl.record;

import static org.wsktrace.etl.layout.LittleEndian.u16;

import java.lang.foreign.MemorySegment;
import org.wsktrace.etl.layout.EventHeader;
import org.wsktrace.etl.layout.ExtendedItem;
import org.wsktrace.etl.layout.MessageHeader;
import org.wsktrace.etl.layout.SystemHeader;

/** Where the payload of an event begins: behind its header and what stands between. */
public final class PayloadStart {
  /** The bytes of the event are broken. */
  public static final int BROKEN = -1;

  private PayloadStart() {}

  /**
   * In bytes from the event's start.
   *
   * @param size the event's bytes, at least its header
   * @return {@link #BROKEN} where that does not fit the event
   */
  public static int of(MemorySegment segment, long at, HeaderType type, int size) {
    int start =
        switch (type.family()) {
          case SYSTEM, PERFINFO ->
              type.headerBytes() + counters(segment, at) * SystemHeader.COUNTER_BYTES;
          case EVENT -> itemsEnd(segment, at, size);
          case MESSAGE -> MessageFields.arguments(u16(segment, at + MessageHeader.FLAGS));
          case CLASSIC, OPAQUE -> type.headerBytes();
        };
    return start <= size ? start : BROKEN;
  }

  /** How many counters stand behind the header of a kernel event. */
  static int counters(MemorySegment segment, long at) {
    int version = u16(segment, at + SystemHeader.VERSION);
    int counters = (version & SystemHeader.VERSION_COUNTERS) >> SystemHeader.VERSION_COUNTERS_SHIFT;
    return counters + ((version & SystemHeader.VERSION_PEBS_INDEX) != 0 ? 1 : 0);
  }

  private static int itemsEnd(MemorySegment segment, long at, int size) {
    int start = EventHeader.BYTES;
    boolean more = (u16(segment, at + EventHeader.FLAGS) & EventHeader.FLAG_EXTENDED_INFO) != 0;
    while (more) {
      if (start + ExtendedItem.BYTES > size) {
        return BROKEN;
      }
      int itemSize = u16(segment, at + start + ExtendedItem.ITEM_SIZE);
      int dataSize = u16(segment, at + start + ExtendedItem.DATA_SIZE);
      if (itemSize < ExtendedItem.BYTES + dataSize || start + itemSize > size) {
        return BROKEN;
      }
      more = (u16(segment, at + start + ExtendedItem.LINKAGE) & ExtendedItem.LINKAGE_MORE) != 0;
      start += itemSize;
    }
    return start;
  }
}
