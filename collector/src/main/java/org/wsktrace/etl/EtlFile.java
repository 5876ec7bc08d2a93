package org.wsktrace.etl;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.wsktrace.etl.compress.Compression;

/**
 * A trace file that ETW, or who writes as ETW does, has written. {@link #open} learns what it is
 * and where its buffers are; {@link #read} delivers its events in the order of time, as often as it
 * is called.
 *
 * <p>Memory: about 40 bytes of heap for each buffer, and while reading 128 KiB outside the heap for
 * each processor, whatever the sizes of buffers and file. Where buffers are compressed, each
 * processor takes 32 KiB more there, and 60 KiB of heap (XPRESS_HUFF: 120 KiB); with hundreds of
 * processors, less each. The file is only read; it must not shrink meanwhile, and bytes that it
 * grows by after it was opened are not seen.
 *
 * <p>Any thread, and several at once. An interrupt of a thread that reads closes the file.
 */
public final class EtlFile implements AutoCloseable {
  /** What to do with a file that ends before its trace does, or is broken. */
  public enum Truncation {
    /** {@link #open} fails with {@link EtlException.Truncated} or {@link EtlException.Damaged}. */
    REFUSE,
    /**
     * What is there is read: every whole buffer, also behind broken ones. {@link EtlFile#damage}
     * says what is wrong and {@link EtlSummary} how much is missing.
     */
    TOLERATE
  }

  // Enough for the headers of many small buffers, little to read for one large buffer.
  private static final int INDEX_WINDOW_BYTES = 4 << 10;

  private final Path path;
  private final FileChannel channel;
  private final long size;
  private final EtlHeader header;
  private final BufferIndex index;

  private EtlFile(Path path, FileChannel channel) throws IOException {
    this.path = path;
    this.channel = channel;
    this.size = channel.size();
    if (size == 0) {
      throw new EtlException.Empty(path);
    }
    try (Arena arena = Arena.ofConfined()) {
      var start = new TraceStart(path, window(arena, ProcessorCursor.WINDOW_BYTES), size);
      this.header = start.first();
      this.index =
          BufferIndex.of(
              path,
              window(arena, INDEX_WINDOW_BYTES),
              size,
              header,
              start::appended,
              BufferIndex.MAX_BUFFERS);
    }
  }

  /** Opens a file that must be whole. */
  public static EtlFile open(Path path) throws IOException {
    return open(path, Truncation.REFUSE);
  }

  /**
   * Opens a file. Its buffer headers are read, and no event but the first.
   *
   * @throws EtlException where it is not a trace, or not one that can be read
   * @throws IOException where the system fails to read it
   */
  public static EtlFile open(Path path, Truncation truncation) throws IOException {
    FileChannel channel = channel(path);
    try {
      var file = new EtlFile(path, channel);
      if (truncation == Truncation.REFUSE) {
        file.refuseTruncation();
      }
      return file;
    } catch (Throwable e) {
      try (channel) {
        throw e;
      }
    }
  }

  private static FileChannel channel(Path path) throws IOException {
    if (Files.exists(path) && !Files.isRegularFile(path)) {
      throw new EtlException.NotAFile(path, Files.isDirectory(path));
    }
    try {
      return FileChannel.open(path);
    } catch (NoSuchFileException e) {
      throw new EtlException.Missing(path, e);
    } catch (IOException e) {
      throw Files.notExists(path)
          ? new EtlException.Missing(path, e)
          : new EtlException.NotReadable(path, e);
    }
  }

  FileWindow window(Arena arena, long bytes) {
    return new FileWindow(
        path, channel, arena, (int) Math.min(bytes, Math.min(ProcessorCursor.WINDOW_BYTES, size)));
  }

  /** Shows the compressed buffers of one of so many processors. */
  DecodingWindow decodingWindow(Arena arena, int bytes, Compression compression, int processors) {
    int piece = DecodingWindow.piece(processors);
    int capacity = Math.min(bytes, ProcessorCursor.WINDOW_BYTES);
    return new DecodingWindow(window(arena, piece), compression, piece, arena, capacity);
  }

  private void refuseTruncation() throws EtlException {
    EtlException damage = index.damage();
    if (damage != null) {
      throw damage;
    }
    if (missingBuffers() > 0) {
      throw new EtlException.Truncated(
          path,
          "the session wrote %d buffers and the file has %d"
              .formatted(index.buffers() + missingBuffers(), index.buffers()));
    }
  }

  /**
   * Of a circular file, the buffers written are more than it has room for. A count that is too low
   * is stale, or of one of several sessions.
   */
  private long missingBuffers() {
    long written =
        index.recordings().stream()
            .mapToLong(recording -> recording.header().buffersWritten())
            .max()
            .orElse(0);
    return header.circular() ? 0 : Math.max(0, written - index.buffers());
  }

  /** As it was given to {@link #open}. */
  public Path path() {
    return path;
  }

  /** Bytes of the file when it was opened. */
  public long size() {
    return size;
  }

  /** What the file says of the whole trace; of the first one, where others were appended. */
  public EtlHeader header() {
    return header;
  }

  /** The headers of all traces in the file, which are one behind the other; nearly always one. */
  public List<EtlHeader> headers() {
    return index.recordings().stream().map(Recording::header).toList();
  }

  /** What is wrong with the file, if it was opened all the same. */
  public Optional<EtlException> damage() {
    return Optional.ofNullable(index.damage());
  }

  /** Buffers in the file, a last one that is not whole left out. */
  public long buffers() {
    return index.buffers();
  }

  /** Those of them that are compressed. */
  public long compressedBuffers() {
    return index.compressed();
  }

  /** How they are compressed, whatever the header says; empty where none is. */
  public Optional<Compression> compression() {
    return index.recordings().stream()
        .flatMap(recording -> Stream.ofNullable(recording.compression()))
        .findFirst();
  }

  /** Bytes of all buffers, as they would be if none were compressed. */
  public long uncompressedBytes() {
    return index.uncompressedBytes();
  }

  /**
   * Delivers each event, in the order of time, and where times are equal in the order of the file.
   * An exception of the consumer ends the reading.
   *
   * @return what was delivered and what was not
   * @throws EtlException.Changed where the file became shorter
   */
  public EtlSummary read(EventConsumer consumer) throws IOException {
    return read(consumer, (_, _) -> true);
  }

  /**
   * Delivers each event until the progress says no; then the summary is {@link
   * EtlSummary#cancelled}.
   */
  public EtlSummary read(EventConsumer consumer, ReadProgress progress) throws IOException {
    try (EventCursor cursor = cursor()) {
      int untold = ReadProgress.EVENTS;
      while (cursor.next()) {
        consumer.accept(cursor.event());
        if (--untold == 0) {
          untold = ReadProgress.EVENTS;
          if (!progress.at(cursor.bytesRead(), size)) {
            break;
          }
        }
      }
      return cursor.summary();
    }
  }

  /** Reads the events one by one. Close it before the file. */
  public EventCursor cursor() throws IOException {
    return new EventCursor(this, index);
  }

  EtlSummary summary(EtlSummary.Tally tally, boolean cancelled) {
    return tally.summary(index, missingBuffers(), cancelled);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
