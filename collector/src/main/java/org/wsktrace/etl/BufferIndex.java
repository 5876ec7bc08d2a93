package org.wsktrace.etl;

import static org.wsktrace.etl.layout.LittleEndian.i64;
import static org.wsktrace.etl.layout.LittleEndian.u16;
import static org.wsktrace.etl.layout.LittleEndian.u32;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.wsktrace.etl.compress.Compression;
import org.wsktrace.etl.layout.BufferHeader;

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
  private long uncompressedBytes;
  private long corrupt;
  private long eventBytes;
  private long afterLostEvents;
  private long afterLostBuffers;
  private long skippedBytes;
  private long unusedBytes;
  private long firstSequence = Long.MAX_VALUE;
  private long lastSequence = Long.MIN_VALUE;
  // Of the last buffer, at least one byte behind its start. If it said too large a size, others
  // follow there.
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
    index.recordings.forEach(Recording::sort);
    return index;
  }

  private void walk(FileWindow window, int maxBuffers) throws IOException {
    var search = new BufferSearch(window, fileSize);
    var compressedStart = new CompressedStart(window);
    compressedStart.stated(stated(window, 0));
    long position = 0;
    while (position < fileSize) {
      long left = fileSize - position;
      if (left < BufferHeader.BYTES) {
        damaged(
            new EtlException.Truncated(
                path, "the file ends inside the header of buffer " + buffers + ", the last"));
        position = skip(position, search.next(eventsEnd));
        continue;
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
        position = cut(window, search, compressedStart, position, size);
        continue;
      }
      if (position > 0
          && u16(window.segment(), at + BufferHeader.BUFFER_TYPE) == BufferHeader.TYPE_HEADER) {
        EtlHeader appended = headers.at(position, size);
        if (appended != null) {
          recordings.add(new Recording(appended.after(recordings.getFirst().header())));
          compressedStart.stated(stated(window, position));
          at = window.load(position, (int) Math.min(left, prefix()), fileSize);
        }
      }
      long sequence = i64(window.segment(), at + BufferHeader.SEQUENCE_NUMBER);
      firstSequence = Math.min(firstSequence, sequence);
      lastSequence = Math.max(lastSequence, sequence);
      buffers++;
      eventsEnd = position + eventBytes(window.segment(), at, size);
      add(window.segment(), at, position, size, position + size, compressedStart);
      position += size;
      wholeEnd = position;
    }
  }

  /** The last buffer, which the file ends in; or one in the middle that says a wrong size. */
  private long cut(
      FileWindow window,
      BufferSearch search,
      CompressedStart compressedStart,
      long position,
      long size)
      throws IOException {
    long left = fileSize - position;
    long next = search.next(position + 1);
    int at = window.load(position, (int) Math.min(left, prefix()), fileSize);
    add(window.segment(), at, position, size, next, compressedStart);
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
    return BufferHeader.BYTES + FirstEvent.BYTES;
  }

  /** The format that the last recording says its buffers are compressed in. */
  private @Nullable Compression stated(FileWindow window, long position) throws IOException {
    int at = window.load(position, BufferHeader.BYTES, fileSize);
    return recordings.getLast().header().compressed()
        ? Compression.of(u16(window.segment(), at + BufferHeader.STATE))
        : null;
  }

  /** Whether the buffer whose header is at the offset is compressed. */
  static boolean isCompressed(MemorySegment segment, long at) {
    return (u16(segment, at + BufferHeader.BUFFER_FLAG) & BufferHeader.FLAG_COMPRESSED) != 0;
  }

  /** Bytes of a buffer that cannot be of another one, whatever it says its size is. */
  private static long eventBytes(MemorySegment segment, long at, long size) {
    long offset = u32(segment, at + BufferHeader.OFFSET);
    return isCompressed(segment, at)
        ? BufferHeader.BYTES
        : Math.clamp(offset, BufferHeader.BYTES, size);
  }

  /**
   * Takes a buffer. Moves the window.
   *
   * @param size what it says
   * @param limit where it ends in truth
   */
  private void add(
      MemorySegment segment,
      long at,
      long position,
      long size,
      long limit,
      CompressedStart compressedStart)
      throws IOException {
    int flags = u16(segment, at + BufferHeader.BUFFER_FLAG);
    afterLostEvents += (flags & BufferHeader.FLAG_EVENTS_LOST) != 0 ? 1 : 0;
    afterLostBuffers += (flags & BufferHeader.FLAG_BUFFER_LOST) != 0 ? 1 : 0;
    boolean packed = isCompressed(segment, at);
    long offset = u32(segment, at + BufferHeader.OFFSET);
    compressed += packed ? 1 : 0;
    if (offset < BufferHeader.BYTES || offset > (packed ? MAX_BUFFER_BYTES : size)) {
      corrupt++;
      return;
    }
    int inFile = (int) Math.min(size, limit - position);
    uncompressedBytes += packed ? offset : inFile;
    int filled = (int) (packed ? offset : Math.min(offset, inFile));
    if (filled <= BufferHeader.BYTES) {
      return;
    }
    boolean index = (flags & BufferHeader.FLAG_PROCESSOR_INDEX) != 0;
    int number =
        u16(segment, at + BufferHeader.PROCESSOR_INDEX)
            & (index ? BufferHeader.PROCESSOR_MASK : BufferHeader.OLD_PROCESSOR_MASK);
    Recording recording = recordings.getLast();
    Recording.Processor processor = recording.processor(number);
    int events = filled - BufferHeader.BYTES;
    eventBytes += events;
    long time = processor.lastTime();
    if (packed) {
      int first = compressedStart.decode(position + BufferHeader.BYTES, position + inFile, events);
      time = FirstEvent.time(compressedStart.segment(), 0, first, time);
      recording.compression(compressedStart.compression());
    } else {
      int first = Math.min(FirstEvent.BYTES, events);
      time = FirstEvent.time(segment, at + BufferHeader.BYTES, first, time);
    }
    boolean cut = inFile < size;
    processor.add(new Recording.Entry(position, filled, packed ? inFile : 0, time, cut));
  }

  /** In the order of the file; one, but where sessions appended to the file. */
  List<Recording> recordings() {
    return recordings;
  }

  /** Whole buffers, of whatever content. */
  long buffers() {
    return buffers;
  }

  /** Those of them that are compressed, and one that the file ends in. */
  long compressed() {
    return compressed;
  }

  /** Bytes of all buffers, as they would be if none were compressed. */
  long uncompressedBytes() {
    return uncompressedBytes;
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
