package org.wsktrace.recorder;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Optional;
import org.wsktrace.etl.ReadProgress;
import org.wsktrace.recorder.page.MagicSearch;
import org.wsktrace.recorder.page.PageLayout;

/**
 * A file that holds memory of a machine: a crash dump, a snapshot of a virtual machine, a part of
 * either. Belongs to one thread.
 *
 * <p>It is read, not mapped: a mapped file that is cut short meanwhile stops the program.
 */
public final class MemoryImage implements AutoCloseable {
  // Fits a processor's own cache; larger ones were slower.
  private static final int WINDOW_BYTES = 256 << 10;

  private final Path path;
  private final FileChannel channel;
  private final long size;
  private final byte[] start;
  private final int maxPages;

  private MemoryImage(Path path, FileChannel channel, int maxPages) throws IOException {
    this.path = path;
    this.channel = channel;
    this.size = channel.size();
    this.maxPages = maxPages;
    this.start = new byte[(int) Math.min(size, DumpHeader.BYTES)];
    read(0, start, start.length);
  }

  /** Opens a file of any kind. */
  public static MemoryImage open(Path path) throws IOException {
    return open(path, PageIndex.MAX_PAGES);
  }

  static MemoryImage open(Path path, int maxPages) throws IOException {
    FileChannel channel = FileChannel.open(path);
    try {
      return new MemoryImage(path, channel, maxPages);
    } catch (Throwable e) {
      try (channel) {
        throw e;
      }
    }
  }

  /** As it was given to {@link #open}. */
  public Path path() {
    return path;
  }

  /** Bytes of the file when it was opened. */
  public long size() {
    return size;
  }

  /** What a crash dump says of itself; empty where it is none. */
  public Optional<DumpHeader> dumpHeader() {
    return DumpHeader.of(start);
  }

  /**
   * Searches the whole file.
   *
   * @param progress told after each piece; where it says no, what was found until then is returned
   * @throws ImageException where it became shorter, or holds more than can be indexed
   */
  public Survey survey(ReadProgress progress) throws IOException {
    byte[] window = new byte[(int) Math.min(size, WINDOW_BYTES)];
    var index = new PageIndex(path, window, maxPages);
    long at = 0;
    while (size - at >= PageLayout.HEADER_BYTES) {
      int length = (int) Math.min(window.length, size - at);
      read(at, window, length);
      at += look(index, window, length, at);
      if (!progress.at(at, size)) {
        break;
      }
    }
    return index.survey();
  }

  /** Returns how many bytes of the window are done with. */
  private int look(PageIndex index, byte[] window, int length, long at) throws ImageException {
    boolean last = at + length == size;
    int from = 0;
    int found;
    while ((found = MagicSearch.find(window, from, length)) >= 0) {
      if (length - found < PageLayout.PAGE_BYTES && !last) {
        return found;
      }
      from = found + index.look(found, length - found, at + found);
    }
    return last ? length : Math.max(from, length - Long.BYTES + 1);
  }

  /**
   * The capture to look at: the newest.
   *
   * @throws ImageException.NothingFound where there is none
   * @throws ImageException.UnknownLayout where there is one that cannot be read
   */
  public Capture newest(Survey survey) throws ImageException {
    if (!survey.captures().isEmpty()) {
      return survey.captures().getFirst();
    }
    if (!survey.otherLayouts().isEmpty()) {
      throw new ImageException.UnknownLayout(path, survey.otherLayouts());
    }
    throw Absence.in(path, start);
  }

  /** The records of a capture of a survey of this image. */
  public RecordCursor records(Capture capture) throws IOException {
    return new RecordCursor(this, capture);
  }

  /** Fills the array's first bytes. */
  void read(long position, byte[] bytes, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, length);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw new ImageException.Changed(path);
      }
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
