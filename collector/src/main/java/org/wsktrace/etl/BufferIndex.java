package org.wsktrace.etl;

import static org.wsktrace.etl.layout.LittleEndian.i64;
import static org.wsktrace.etl.layout.LittleEndian.u16;
import static org.wsktrace.etl.layout.LittleEndian.u32;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.wsktrace.etl.layout.BufferHeader;
import org.wsktrace.etl.layout.EventMarker;

/**
 * Where the buffers of a file are, by processor, from one walk over their headers: about 40 bytes
 * of memory for each.
 *
 * <p>A processor's buffers are ordered by the time of their first events. In the file they stand in
 * the order in which they were written, which is not that order once a circular file has begun
 * anew.
 */
final class BufferIndex {
  /** More than ETW allows a session (16 MiB); what claims to be larger is not a buffer. */
  static final int MAX_BUFFER_BYTES = 64 << 20;

  /** Bounds the memory of the index; 256 GB in buffers of 64 KiB. */
  static final int MAX_BUFFERS = 1 << 22;

  // As much of the first event as tells its time: of a WPP message with all its fields.
  private static final int FIRST_EVENT_BYTES = 40;

  /**
   * A buffer with events.
   *
   * @param position of the buffer in the file
   * @param end of its events in the file, as far as the file goes
   * @param firstTime ticks of its first event
   * @param cut whether the file ends inside the buffer
   */
  record Entry(long position, long end, long firstTime, boolean cut) {}

  /** The buffers of one processor. */
  static final class Processor {
    private final int number;
    private final List<Entry> buffers = new ArrayList<>();
    private long largest;

    private Processor(int number) {
      this.number = number;
    }

    int number() {
      return number;
    }

    /** By time. */
    List<Entry> buffers() {
      return buffers;
    }

    /** Bytes of the largest buffer, up to the end of its events. */
    long largest() {
      return largest;
    }

    private void add(Entry entry) {
      buffers.add(entry);
      largest = Math.max(largest, entry.end - entry.position);
    }

    /**
     * For a buffer whose first event has no time: that of the one before it, so that it stays
     * behind it.
     */
    private long lastTime() {
      return buffers.isEmpty() ? Long.MIN_VALUE : buffers.getLast().firstTime;
    }
  }

  private final Path path;
  private final long fileSize;
  private final SortedMap<Integer, Processor> processors = new TreeMap<>();
  private long buffers;
  private long compressed;
  private long corrupt;
  private long eventBytes;
  private long afterLostEvents;
  private long afterLostBuffers;
  private long firstSequence = Long.MAX_VALUE;
  private long lastSequence = Long.MIN_VALUE;
  // End of the last whole buffer.
  private long wholeEnd;
  private @Nullable EtlException end;

  private BufferIndex(Path path, long fileSize) {
    this.path = path;
    this.fileSize = fileSize;
  }

  /**
   * Walks over the buffers of a file.
   *
   * @param maxBuffers the most that are indexed, {@link #MAX_BUFFERS} but in tests
   * @throws EtlException.Unsupported where there are more
   */
  static BufferIndex of(Path path, FileWindow window, long fileSize, int maxBuffers)
      throws IOException {
    var index = new BufferIndex(path, fileSize);
    index.walk(window, maxBuffers);
    // Stable, so equal times keep the order of the file; linear where that is the order already.
    for (Processor processor : index.processors.values()) {
      processor.buffers.sort(Comparator.comparingLong(Entry::firstTime));
    }
    return index;
  }

  private void walk(FileWindow window, int maxBuffers) throws IOException {
    long position = 0;
    while (position < fileSize) {
      long left = fileSize - position;
      if (left < BufferHeader.BYTES) {
        end =
            new EtlException.Truncated(
                path, "the file ends inside the header of buffer " + buffers + ", the last");
        return;
      }
      int at = window.load(position, (int) Math.min(left, prefix()), fileSize);
      long size = u32(window.segment(), at + BufferHeader.BUFFER_SIZE);
      if (size < BufferHeader.BYTES || size > MAX_BUFFER_BYTES) {
        end =
            new EtlException.Damaged(
                path,
                "buffer %d at byte %d says that it has %d bytes, which cannot be"
                    .formatted(buffers, position, size));
        return;
      }
      if (buffers >= maxBuffers) {
        throw new EtlException.Unsupported(
            path,
            "it has more than %d buffers, which is more than can be held in order. Record it in"
                    .formatted(maxBuffers)
                + " several files.");
      }
      boolean cut = size > left;
      add(window.segment(), at, position, size, cut);
      if (cut) {
        end =
            new EtlException.Truncated(
                path,
                "the file ends inside buffer %d, %d bytes too early"
                    .formatted(buffers, size - left));
        return;
      }
      long sequence = i64(window.segment(), at + BufferHeader.SEQUENCE_NUMBER);
      firstSequence = Math.min(firstSequence, sequence);
      lastSequence = Math.max(lastSequence, sequence);
      buffers++;
      position += size;
      wholeEnd = position;
    }
  }

  private static int prefix() {
    return BufferHeader.BYTES + FIRST_EVENT_BYTES;
  }

  private void add(MemorySegment segment, long at, long position, long size, boolean cut) {
    int flags = u16(segment, at + BufferHeader.BUFFER_FLAG);
    afterLostEvents += (flags & BufferHeader.FLAG_EVENTS_LOST) != 0 ? 1 : 0;
    afterLostBuffers += (flags & BufferHeader.FLAG_BUFFER_LOST) != 0 ? 1 : 0;
    if ((flags & BufferHeader.FLAG_COMPRESSED) != 0) {
      compressed++;
      return;
    }
    long offset = u32(segment, at + BufferHeader.OFFSET);
    if (offset < BufferHeader.BYTES || offset > size) {
      corrupt++;
      return;
    }
    long eventsEnd = Math.min(position + offset, fileSize);
    if (eventsEnd == position + BufferHeader.BYTES) {
      return;
    }
    boolean index = (flags & BufferHeader.FLAG_PROCESSOR_INDEX) != 0;
    int number =
        u16(segment, at + BufferHeader.PROCESSOR_INDEX)
            & (index ? BufferHeader.PROCESSOR_MASK : BufferHeader.OLD_PROCESSOR_MASK);
    Processor processor = processors.computeIfAbsent(number, Processor::new);
    int first = (int) Math.min(FIRST_EVENT_BYTES, eventsEnd - position - BufferHeader.BYTES);
    long time = firstTime(segment, at + BufferHeader.BYTES, first, processor.lastTime());
    processor.add(new Entry(position, eventsEnd, time, cut));
    eventBytes += eventsEnd - position - BufferHeader.BYTES;
  }

  private static long firstTime(MemorySegment segment, long event, int size, long untimed) {
    HeaderType type = size < EventMarker.BYTES ? null : HeaderType.at(segment, event);
    return type == null || size < Math.min(type.headerBytes(), FIRST_EVENT_BYTES)
        ? untimed
        : type.timeStampAt(segment, event, size, untimed);
  }

  Collection<Processor> processors() {
    return processors.values();
  }

  /** Whole buffers, of whatever content. */
  long buffers() {
    return buffers;
  }

  long compressed() {
    return compressed;
  }

  /** Buffers whose header says nonsense of their content. */
  long corrupt() {
    return corrupt;
  }

  /** Bytes of all events, padding between them included. */
  long eventBytes() {
    return eventBytes;
  }

  long afterLostEvents() {
    return afterLostEvents;
  }

  long afterLostBuffers() {
    return afterLostBuffers;
  }

  /** How many numbers are missing between the lowest and the highest sequence number. */
  long sequenceGaps() {
    long span = lastSequence - firstSequence;
    return span < 0 || buffers == 0 ? 0 : Math.max(0, span + 1 - buffers);
  }

  /** Bytes behind the last whole buffer. */
  long tailBytes() {
    return fileSize - wholeEnd;
  }

  /** Why the walk ended before the file did, or null where it did not. */
  @Nullable EtlException end() {
    return end;
  }
}
