package org.wsktrace.etl;

import static org.wsktrace.etl.layout.LittleEndian.i32;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Iterator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.wsktrace.etl.layout.BufferHeader;
import org.wsktrace.etl.layout.EventMarker;
import org.wsktrace.etl.record.EventRecord;
import org.wsktrace.etl.record.HeaderType;
import org.wsktrace.etl.record.PayloadStart;

/**
 * Goes through the events of one processor, buffer after buffer. Counts what it passes over.
 *
 * <p>An event's size is a 16-bit number, so a window of twice that holds any event and is seldom
 * moved. One buffer of a session may have 16 MiB, and a machine has up to 2048 processors: whole
 * buffers would not do.
 */
final class ProcessorCursor {
  /** Enough for any event. */
  static final int WINDOW_BYTES = 128 << 10;

  private final int processor;
  private final Iterator<Recording.Entry> buffers;
  private final Window plain;
  private final @Nullable DecodingWindow decoding;
  private final EtlSummary.Tally tally;

  // The current buffer, seen through the window: no event of it reaches beyond end.
  private Window window;
  private long start;
  private long end;
  private boolean compressed;
  private boolean cut;
  // The current event: position and next in the file, at in the window.
  private long next;
  private long position;
  private long at;
  private HeaderType type = HeaderType.EVENT64;
  private int size;
  private int payload;
  private long timestamp;

  /**
   * Before the first event.
   *
   * @param plain shows buffers that are not compressed
   * @param decoding shows those that are; null where none is
   * @param startTicks the time of an event that has none, and none before it
   */
  ProcessorCursor(
      Recording.Processor processor,
      Window plain,
      @Nullable DecodingWindow decoding,
      EtlSummary.Tally tally,
      long startTicks) {
    this.processor = processor.number();
    this.buffers = processor.buffers().iterator();
    this.plain = plain;
    this.decoding = decoding;
    this.window = plain;
    this.tally = tally;
    this.timestamp = startTicks;
  }

  /**
   * Goes to the next event that is to be delivered.
   *
   * @return false when there is none; the cursor is then at its end
   */
  boolean advance() throws IOException {
    do {
      // Fewer bytes than a marker are what the last event's size was rounded up by.
      while (next + EventMarker.BYTES <= end) {
        position = next;
        if (readEvent()) {
          return true;
        }
      }
    } while (nextBuffer());
    return false;
  }

  private boolean nextBuffer() {
    if (!buffers.hasNext()) {
      return false;
    }
    Recording.Entry buffer = buffers.next();
    compressed = buffer.compressed();
    if (compressed) {
      DecodingWindow decoder = Objects.requireNonNull(decoding);
      decoder.begin(buffer);
      window = decoder;
    } else {
      window = plain;
    }
    start = buffer.position();
    next = start + BufferHeader.BYTES;
    end = buffer.end();
    cut = buffer.cut();
    return true;
  }

  /** Reads the event at the position and sets where the next one is. */
  private boolean readEvent() throws IOException {
    MemorySegment segment = window.segment();
    at = window.load(position, EventMarker.BYTES, end);
    if (at < 0) {
      return broken();
    }
    if (i32(segment, at) == EventMarker.END) {
      next = end;
      return false;
    }
    HeaderType found = HeaderType.at(segment, at);
    if (found == null) {
      return broken();
    }
    type = found;
    size = type.sizeAt(segment, at);
    if (size < type.headerBytes() || position + size > end) {
      return broken();
    }
    next = position + roundUp(size);
    tally.passed(next - position);
    if (!type.delivered()) {
      tally.skipped(type);
      return false;
    }
    at = window.load(position, size, end);
    payload = at < 0 ? PayloadStart.BROKEN : PayloadStart.of(segment, at, type, size);
    if (payload == PayloadStart.BROKEN) {
      return broken();
    }
    timestamp = type.timeStampAt(segment, at, size, timestamp);
    return true;
  }

  /** Nothing says where the next event would be: leaves the rest of the buffer. */
  private boolean broken() {
    // A buffer that the file ends in breaks off somewhere; that is counted as what it is,
    // truncation.
    if (!cut) {
      tally.corruptBuffer();
    }
    next = end;
    return false;
  }

  private static int roundUp(int size) {
    return (size + EventMarker.ALIGNMENT - 1) & -EventMarker.ALIGNMENT;
  }

  void show(EventRecord event) {
    long filePosition = compressed ? start : position;
    event.wrap(window.segment(), at, type, payload, size, timestamp, processor, filePosition);
  }

  HeaderType type() {
    return type;
  }

  long timestamp() {
    return timestamp;
  }

  /**
   * Whether its event comes before the other's: by time, and where that is equal, by place in the
   * file. They cannot be in the same buffer.
   */
  boolean isBefore(ProcessorCursor other) {
    return timestamp != other.timestamp ? timestamp < other.timestamp : start < other.start;
  }
}
