package org.wsktrace.etl;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.wsktrace.etl.compress.Compression;
import org.wsktrace.etl.compress.Decoder;
import org.wsktrace.etl.layout.BufferHeader;

/**
 * Shows one compressed buffer after the other, decoded only as far as it is read. Goes forward
 * within a buffer, never back.
 */
final class DecodingWindow implements Window {
  // Of all processors, what is decoded at once; so that as many as there can be fit into memory.
  private static final int PIECES = 8 << 20;
  // More hardly makes it faster, less makes it slow.
  private static final int LARGEST_PIECE = 32 << 10;
  private static final int SMALLEST_PIECE = 8 << 10;

  private final FileWindow file;
  private final Decoder decoder;
  private final MemorySegment memory;
  private final MemorySegment segment;
  // Where the compressed bytes of the buffer end in the file.
  private long inputEnd;
  // What of the buffer the window holds: length bytes from start.
  private long start;
  private int length;

  /**
   * Allocates what it will need.
   *
   * @param file this window's own
   * @param piece see {@link #piece}
   */
  DecodingWindow(FileWindow file, Compression compression, int piece, Arena arena, int capacity) {
    this.file = file;
    this.decoder = compression.decoder(this::input, Math.min(piece, capacity));
    this.memory = arena.allocate(capacity);
    this.segment = memory.asReadOnly();
  }

  /** Bytes to read and decode at once for each of so many processors. */
  static int piece(int processors) {
    return Math.clamp(PIECES / processors, SMALLEST_PIECE, LARGEST_PIECE);
  }

  private void input(long position, byte[] into, int at, int count) throws IOException {
    for (int done = 0; done < count; ) {
      int now = Math.min(count - done, file.capacity());
      int from = file.load(position + done, now, inputEnd);
      MemorySegment.copy(file.segment(), ValueLayout.JAVA_BYTE, from, into, at + done, now);
      done += now;
    }
  }

  /** Goes to a buffer. */
  void begin(Recording.Entry buffer) {
    start = buffer.position() + BufferHeader.BYTES;
    length = 0;
    inputEnd = buffer.position() + buffer.packed();
    decoder.begin(start, inputEnd, buffer.end() - start);
  }

  @Override
  public MemorySegment segment() {
    return segment;
  }

  @Override
  public int load(long position, int size, long limit) throws IOException {
    if (position + size > start + length) {
      fill(position, limit);
    }
    return position + size > start + length ? -1 : (int) (position - start);
  }

  private void fill(long position, long limit) throws IOException {
    while (position > start + length) {
      // What is passed over must be decoded nevertheless.
      start += length;
      length = decode(0, start, Math.min(limit, position));
      if (length == 0) {
        return;
      }
    }
    int passed = (int) (position - start);
    length -= passed;
    MemorySegment.copy(memory, passed, memory, 0, length);
    start = position;
    length += decode(length, position + length, limit);
  }

  /** How many bytes it got, which go into memory at a place; at most to the limit. */
  private int decode(int at, long position, long limit) throws IOException {
    int count = (int) Math.min(memory.byteSize() - at, limit - position);
    return decoder.read(memory, at, count);
  }
}
