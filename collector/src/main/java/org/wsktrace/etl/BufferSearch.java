package org.wsktrace.etl;

import static org.wsktrace.etl.layout.LittleEndian.u16;
import static org.wsktrace.etl.layout.LittleEndian.u32;
import static org.wsktrace.etl.layout.LittleEndian.u8;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.wsktrace.etl.layout.BufferHeader;
import org.wsktrace.etl.layout.EventMarker;

/**
 * Finds the next buffer behind a broken one. A file has no marks that say where buffers begin, so
 * this looks for bytes that can hardly be anything else: a header whose fields all make sense, with
 * an event behind it, and behind the buffer another one or the end of the file.
 */
final class BufferSearch {
  private static final int ALL_FLAGS = 0x7F;
  private static final int LAST_TYPE = 7;
  private static final int LEAST_BYTES = BufferHeader.BYTES + EventMarker.BYTES;

  private final FileWindow window;
  private final long fileSize;

  BufferSearch(FileWindow window, long fileSize) {
    this.window = window;
    this.fileSize = fileSize;
  }

  /** Where the first buffer at or behind the position begins; the end of the file for none. */
  long next(long from) throws IOException {
    for (long position = from; position + LEAST_BYTES <= fileSize; position++) {
      long size = sizeAt(position);
      if (size > 0 && (position + size == fileSize || sizeAt(position + size) > 0)) {
        return position;
      }
    }
    return fileSize;
  }

  /** Bytes of the buffer at the position, or 0 where there is none that makes sense. */
  private long sizeAt(long position) throws IOException {
    if (position + LEAST_BYTES > fileSize) {
      return 0;
    }
    int at = window.load(position, LEAST_BYTES, fileSize);
    MemorySegment segment = window.segment();
    long size = u32(segment, at + BufferHeader.BUFFER_SIZE);
    if (size < LEAST_BYTES
        || size > BufferIndex.MAX_BUFFER_BYTES
        || size > fileSize - position
        || u16(segment, at + BufferHeader.BUFFER_FLAG) > ALL_FLAGS
        || u16(segment, at + BufferHeader.BUFFER_TYPE) > LAST_TYPE) {
      return 0;
    }
    long offset = u32(segment, at + BufferHeader.OFFSET);
    boolean compressed = BufferIndex.isCompressed(segment, at);
    if (offset < LEAST_BYTES || offset > (compressed ? BufferIndex.MAX_BUFFER_BYTES : size)) {
      return 0;
    }
    return compressed
            || FirstEvent.isAt(segment, at + BufferHeader.BYTES, offset - BufferHeader.BYTES)
        ? size
        : 0;
  }

  /** Whether nothing but zeros lies from the position to the end. */
  boolean isZeroFrom(long from) throws IOException {
    for (long position = from; position < fileSize; position++) {
      if (u8(window.segment(), window.load(position, 1, fileSize)) != 0) {
        return false;
      }
    }
    return true;
  }
}
