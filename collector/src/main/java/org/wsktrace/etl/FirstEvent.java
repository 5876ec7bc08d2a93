package org.wsktrace.etl;

import java.lang.foreign.MemorySegment;
import org.wsktrace.etl.layout.EventMarker;
import org.wsktrace.etl.record.HeaderType;

/** What of a buffer's first event is looked at before the buffer is read. */
final class FirstEvent {
  /** As much as tells its time: of a WPP message with all its fields. */
  static final int BYTES = 40;

  private FirstEvent() {}

  /**
   * Whether an event begins at the offset, as far as its marker tells.
   *
   * @param size bytes of all events in the buffer
   */
  static boolean isAt(MemorySegment segment, long offset, long size) {
    HeaderType type = HeaderType.at(segment, offset);
    if (type == null) {
      return false;
    }
    int eventSize = type.sizeAt(segment, offset);
    return eventSize >= type.headerBytes() && eventSize <= size;
  }

  /**
   * Ticks of the event at the offset.
   *
   * @param size bytes that may be read
   * @param untimed what to return where there is no event or it has no time
   */
  static long time(MemorySegment segment, long offset, int size, long untimed) {
    HeaderType type = size < EventMarker.BYTES ? null : HeaderType.at(segment, offset);
    return type == null || size < Math.min(type.headerBytes(), BYTES)
        ? untimed
        : type.timeStampAt(segment, offset, size, untimed);
  }
}
