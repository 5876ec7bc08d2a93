package org.wsktrace.etl.compress;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.function.IntSupplier;

/** What a decoder gives out, and whether it calls the stream damaged. */
final class Decoded {
  private final byte[] bytes;
  private final boolean damaged;

  private Decoded(byte[] bytes, boolean damaged) {
    this.bytes = bytes;
    this.damaged = damaged;
  }

  byte[] bytes() {
    return bytes;
  }

  boolean damaged() {
    return damaged;
  }

  /** A whole stream, of which size bytes are expected. */
  static Decoded of(Compression compression, byte[] stream, int size) throws IOException {
    return new Reader(compression, 4096).read(stream, size, () -> Integer.MAX_VALUE);
  }

  /** A decoder and where it reads. */
  static final class Reader {
    private final Decoder decoder;
    private byte[] stream = {};

    Reader(Compression compression, int piece) {
      decoder =
          compression.decoder(
              (position, into, at, length) ->
                  System.arraycopy(stream, Math.toIntExact(position), into, at, length),
              piece);
    }

    /** A stream with other bytes around it, in parts as long as the supplier says. */
    Decoded read(byte[] stream, int size, IntSupplier part) throws IOException {
      this.stream = new byte[stream.length + 20];
      Arrays.fill(this.stream, (byte) 0x5A);
      System.arraycopy(stream, 0, this.stream, 10, stream.length);
      decoder.begin(10, 10L + stream.length, size);
      try (Arena arena = Arena.ofConfined()) {
        // A byte more on both sides, which must stay.
        MemorySegment memory = arena.allocate(size + 2L).fill((byte) 0xA5);
        int done = 0;
        int given;
        do {
          int length = Math.max(0, Math.min(part.getAsInt(), size - done));
          given = decoder.read(memory, 1L + done, length);
          done += given;
          if (given < length) {
            break;
          }
        } while (done < size);
        for (long at = 1L + done; at < memory.byteSize(); at++) {
          if (memory.get(ValueLayout.JAVA_BYTE, at) != (byte) 0xA5) {
            throw new AssertionError("wrote beyond the " + done + " bytes it gave out");
          }
        }
        return new Decoded(
            memory.asSlice(1, done).toArray(ValueLayout.JAVA_BYTE), decoder.damaged());
      }
    }
  }
}
