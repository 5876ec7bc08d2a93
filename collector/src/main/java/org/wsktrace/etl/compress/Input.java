package org.wsktrace.etl.compress;

import java.io.IOException;

/** Where a {@link Decoder} gets compressed bytes from. */
@FunctionalInterface
public interface Input {
  /**
   * Copies a range of it.
   *
   * @param position of the first byte, of those that {@link Decoder#begin} was told
   * @param length about half the piece that the decoder was made for, or less
   * @throws IOException goes to the caller of {@link Decoder#read}
   */
  void read(long position, byte[] into, int at, int length) throws IOException;
}
