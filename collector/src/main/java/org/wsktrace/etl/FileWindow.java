package org.wsktrace.etl;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * A part of the file in memory outside the heap, moved forward as reading goes on.
 *
 * <p>The file is read, not mapped: when a mapped file is cut short by who else has it open,
 * touching the lost pages stops the program with an error that cannot be told from a bug, and
 * Windows refuses to cut or replace a file while it is mapped. A read returns fewer bytes instead,
 * which becomes {@link EtlException.Changed}.
 */
final class FileWindow {
  private final Path path;
  private final FileChannel channel;
  private final ByteBuffer buffer;
  private final MemorySegment segment;
  // What of the file the window holds: length bytes from start.
  private long start;
  private int length;

  FileWindow(Path path, FileChannel channel, Arena arena, int capacity) {
    this.path = path;
    this.channel = channel;
    MemorySegment memory = arena.allocate(capacity);
    this.buffer = memory.asByteBuffer();
    this.segment = memory.asReadOnly();
  }

  MemorySegment segment() {
    return segment;
  }

  /**
   * Makes a range of the file readable, and for the reads to come as much behind it as fits.
   *
   * @param size at most the capacity, and position + size at most the limit
   * @param limit no byte of the file from here on is read
   * @return where the range begins in the segment
   */
  int load(long position, int size, long limit) throws IOException {
    if (position < start || position + size > start + length) {
      fill(position, (int) Math.min(buffer.capacity(), limit - position));
    }
    return (int) (position - start);
  }

  private void fill(long position, int size) throws IOException {
    start = position;
    length = 0;
    buffer.clear().limit(size);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw new EtlException.Changed(path);
      }
    }
    length = size;
  }
}
