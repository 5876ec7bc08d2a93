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
 *
 * <p>A session that appends to a file begins with a buffer that describes it, as the first one did:
 * a {@link Recording} of its own, with its own clock.
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

  /** What one session wrote into the file. */
  static final class Recording {
    private final EtlHeader header;
    private final SortedMap<Integer, Processor> processors = new TreeMap<>();

    private Recording(EtlHeader header) {
      this.header = header;
    }

    EtlHeader header() {
      return header;
    }

    /** By number. */
    Collection<Processor> processors() {
      return processors.values();
    }
  }

  /** Reads the header of a buffer that describes a session. */
  interface HeaderReader {
    /**
     * The header of the session that begins with the buffer at the position.
     *
     * @param size bytes of the buffer, all of them in the file
     * @return null where it has none that makes sense
     */
    @Nullable EtlHeader at(long position, long size) throws IOException;
  }

  private final Path path;
  private final long fileSize;
  private final HeaderReader headers;
  private final List<Recording> recordings = new ArrayList<>();
  private long buffers;
  private long compressed;
  private long corrupt;
  private long eventBytes;
  private long afterLostEvents;
  private long afterLostBuffers;
  private long skippedBytes;
  private long unusedBytes;
  private long firstSequence = Long.MAX_VALUE;
  private long lastSequence = Long.MIN_VALUE;
  // Of the last buffer, at least one byte behind its start.
  private long eventsEnd;
  // End of the last whole buffer, or of what was skipped.
  private long wholeEnd;
  private @Nullable EtlException damage;
  private long damages;

  private BufferIndex(Path path, long fileSize, EtlHeader header, HeaderReader headers) {
    this.path = path;
    this.fileSize = fileSize;
    this.headers = headers;
    recordings.add(new Recording(header));
  }

  /**
   * Walks over the buffers of a file.
   *
   * @param header of the first buffer
   * @param headers reads those of the buffers that later sessions begin with
   * @param maxBuffers the most that are indexed, {@link #MAX_BUFFERS} but in tests
   * @throws EtlException.Unsupported where there are more
   */
  static BufferIndex of(
      Path path,
      FileWindow window,
      long fileSize,
      EtlHeader header,
      HeaderReader headers,
      int maxBuffers)
      throws IOException {
    var index = new BufferIndex(path, fileSize, header, headers);
    index.walk(window, maxBuffers);
    // Stable, so equal times keep the order of the file; linear where that is the order already.
    for (Recording recording : index.recordings) {
      for (Processor processor : recording.processors()) {
        processor.buffers.sort(Comparator.comparingLong(Entry::firstTime));
      }
    }
    return index;
  }

  private void walk(FileWindow window, int maxBuffers) throws IOException {
    var search = new BufferSearch(window, fileSize);
    long position = 0;
    while (position < fileSize) {
      long left = fileSize - position;
      if (left < BufferHeader.BYTES) {
        damaged(
            new EtlException.Truncated(
                path, "the file ends inside the header of buffer " + buffers + ", the last"));
        return;
      }
      int at = window.load(position, (int) Math.min(left, prefix()), fileSize);
      long size = u32(window.segment(), at + BufferHeader.BUFFER_SIZE);
      if (size < BufferHeader.BYTES || size > MAX_BUFFER_BYTES) {
        if (recordings.getFirst().header().preallocated() && search.isZeroFrom(position)) {
          unusedBytes = left;
          wholeEnd = fileSize;
          return;
        }
        damaged(
            new EtlException.Damaged(
                path,
                "buffer %d at byte %d says that it has %d bytes, which cannot be"
                    .formatted(buffers, position, size)));
        // The buffer before may have said too large a size, so from the end of its events.
        position = skip(position, search.next(eventsEnd));
        continue;
      }
      if (buffers >= maxBuffers) {
        throw new EtlException.Unsupported(
            path,
            "it has more than %d buffers, which is more than can be held in order. Record it in"
                    .formatted(maxBuffers)
                + " several files.");
      }
      if (size > left) {
        position = cut(window, search, position, size);
        continue;
      }
      if (position > 0
          && u16(window.segment(), at + BufferHeader.BUFFER_TYPE) == BufferHeader.TYPE_HEADER) {
        EtlHeader appended = headers.at(position, size);
        if (appended != null) {
          recordings.add(new Recording(appended.after(recordings.getFirst().header())));
        }
      }
      add(window.segment(), at, position, size, position + size, false);
      long sequence = i64(window.segment(), at + BufferHeader.SEQUENCE_NUMBER);
      firstSequence = Math.min(firstSequence, sequence);
      lastSequence = Math.max(lastSequence, sequence);
      buffers++;
      long offset = u32(window.segment(), at + BufferHeader.OFFSET);
      eventsEnd = position + Math.clamp(offset, BufferHeader.BYTES, size);
      position += size;
      wholeEnd = position;
    }
  }

  /** The last buffer, which the file ends in; or one in the middle that says a wrong size. */
  private long cut(FileWindow window, BufferSearch search, long position, long size)
      throws IOException {
    long left = fileSize - position;
    long next = search.next(position + 1);
    int at = window.load(position, (int) Math.min(left, prefix()), fileSize);
    add(window.segment(), at, position, size, next, true);
    damaged(
        next == fileSize
            ? new EtlException.Truncated(
                path,
                "the file ends inside buffer %d, %d bytes too early"
                    .formatted(buffers, size - left))
            : new EtlException.Damaged(
                path,
                "buffer %d at byte %d says that it has %d bytes, more than the file"
                    .formatted(buffers, position, size)));
    return skip(position, next);
  }

  /** Only the first damage is told, all are counted. */
  private void damaged(EtlException what) {
    damage = damage == null ? what : damage;
    damages++;
  }

  /** Leaves bytes that are of no buffer; returns where the next one is. */
  private long skip(long position, long next) {
    if (next < fileSize) {
      skippedBytes += Math.max(0, next - position);
      wholeEnd = next;
    }
    return next;
  }

  private static int prefix() {
    return BufferHeader.BYTES + FIRST_EVENT_BYTES;
  }

  /**
   * Takes a buffer.
   *
   * @param size what it says
   * @param limit where it ends in truth
   */
  private void add(
      MemorySegment segment, long at, long position, long size, long limit, boolean cut) {
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
    long filled = Math.min(position + offset, limit);
    if (filled == position + BufferHeader.BYTES) {
      return;
    }
    boolean index = (flags & BufferHeader.FLAG_PROCESSOR_INDEX) != 0;
    int number =
        u16(segment, at + BufferHeader.PROCESSOR_INDEX)
            & (index ? BufferHeader.PROCESSOR_MASK : BufferHeader.OLD_PROCESSOR_MASK);
    Processor processor = recordings.getLast().processors.computeIfAbsent(number, Processor::new);
    int first = (int) Math.min(FIRST_EVENT_BYTES, filled - position - BufferHeader.BYTES);
    long time = firstTime(segment, at + BufferHeader.BYTES, first, processor.lastTime());
    processor.add(new Entry(position, filled, time, cut));
    eventBytes += filled - position - BufferHeader.BYTES;
  }

  private static long firstTime(MemorySegment segment, long event, int size, long untimed) {
    HeaderType type = size < EventMarker.BYTES ? null : HeaderType.at(segment, event);
    return type == null || size < Math.min(type.headerBytes(), FIRST_EVENT_BYTES)
        ? untimed
        : type.timeStampAt(segment, event, size, untimed);
  }

  /** In the order of the file; one, but where sessions appended to the file. */
  List<Recording> recordings() {
    return recordings;
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
    return span < 0 || buffers == 0 || recordings.size() > 1 ? 0 : Math.max(0, span + 1 - buffers);
  }

  /** Bytes behind the last whole buffer. */
  long tailBytes() {
    return fileSize - wholeEnd;
  }

  /** Bytes between buffers that are of none. */
  long skippedBytes() {
    return skippedBytes;
  }

  /** Zeros at the end of a file that was made before it was filled. */
  long unusedBytes() {
    return unusedBytes;
  }

  /** Places where the chain of buffers is broken. */
  long damages() {
    return damages;
  }

  /** What is wrong with the file, the first of it, or null where it is whole. */
  @Nullable EtlException damage() {
    return damage;
  }
}
