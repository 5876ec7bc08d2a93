package org.wsktrace.etl;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;
import org.wsktrace.etl.compress.Compression;
import org.wsktrace.etl.compress.Decoder;
import org.wsktrace.etl.layout.EventMarker;
import org.wsktrace.etl.record.HeaderType;

/**
 * Decodes the first bytes of compressed buffers, and finds out how they are compressed.
 *
 * <p>The first buffer of a file should say that, in a field that has other meanings in other files.
 * So the format is settled only by a buffer that begins with an event when it is taken for
 * compressed in that way: what the file says is tried first, then the others, XPRESS first, which
 * is all that has been seen.
 */
final class CompressedStart {
  // Less than is read for a buffer's header anyway.
  private static final int PIECE = 512;

  private final FileWindow file;
  private final MemorySegment memory = Arena.ofAuto().allocate(FirstEvent.BYTES);
  private final SequencedSet<Compression> candidates = new LinkedHashSet<>();
  private final Map<Compression, Decoder> decoders = new EnumMap<>(Compression.class);
  private boolean settled;

  /**
   * Before the first buffer.
   *
   * @param file what the buffers' headers are read through; is moved
   */
  CompressedStart(FileWindow file) {
    this.file = file;
  }

  /** The buffers to come say they have this format, or none where it is null. */
  void stated(@Nullable Compression stated) {
    settled = false;
    candidates.clear();
    if (stated != null) {
      candidates.add(stated);
    }
    candidates.addAll(List.of(Compression.XPRESS, Compression.XPRESS_HUFF, Compression.LZNT1));
  }

  /** Where the bytes are. */
  MemorySegment segment() {
    return memory;
  }

  /** The format, as far as it is known until now. */
  Compression compression() {
    return candidates.getFirst();
  }

  /**
   * Decodes the beginning of a buffer, {@link FirstEvent#BYTES} where it has so many.
   *
   * @param position of its compressed bytes in the file
   * @param limit of them
   * @param size bytes of the buffer's events
   * @return how many bytes there are now
   */
  int decode(long position, long limit, int size) throws IOException {
    if (settled) {
      return decode(compression(), position, limit, size);
    }
    for (Compression candidate : candidates) {
      int count = decode(candidate, position, limit, size);
      if (isEvent(count, size)) {
        settled = true;
        candidates.addFirst(candidate);
        return count;
      }
    }
    return 0;
  }

  private int decode(Compression compression, long position, long limit, int size)
      throws IOException {
    Decoder decoder =
        decoders.computeIfAbsent(compression, format -> format.decoder(this::input, PIECE));
    decoder.begin(position, limit, size);
    return decoder.read(memory, 0, (int) Math.min(memory.byteSize(), size));
  }

  private void input(long position, byte[] into, int at, int count) throws IOException {
    int from = file.load(position, count, position + count);
    MemorySegment.copy(file.segment(), ValueLayout.JAVA_BYTE, from, into, at, count);
  }

  private boolean isEvent(int count, int bufferSize) {
    HeaderType type = count < EventMarker.BYTES ? null : HeaderType.at(memory, 0);
    return type != null && type.delivered() && FirstEvent.isAt(memory, 0, bufferSize);
  }
}
