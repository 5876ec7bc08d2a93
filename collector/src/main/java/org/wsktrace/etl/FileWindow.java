package org.wsktrace.etl;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * Shows a part of the file as it is.
 *
 * <p>The file is read, not mapped: when a mapped file is cut short by who else has it open,
 * touching the lost pages stops the program with an error that cannot be told from a bug, and
 * Windows refuses to cut or replace a file while it is mapped. A read returns fewer bytes instead,
 * which becomes {@link EtlException.Changed}.
 */
final class FileWindow implements Window {
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

  int capacity() {
    return buffer.capacity();
  }

  @Override
  public MemorySegment segment() {
    return segment;
  }

  @Override
  public int load(long position, int size, long limit) throws IOException {
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
