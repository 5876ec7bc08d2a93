package org.wsktrace.recorder.page;

import java.util.zip.CRC32C;

/** CRC-32C of bytes of which some count as 0. Belongs to one thread. */
public final class Checksum {
  private static final byte[] ZEROS = new byte[Long.BYTES];

  private final CRC32C crc = new CRC32C();

  /** Ready. */
  public Checksum() {}

  /**
   * Of a range.
   *
   * @param hole where in the range the bytes begin that count as 0
   * @param holeBytes how many, up to 8
   */
  public int of(byte[] bytes, int at, int length, int hole, int holeBytes) {
    crc.reset();
    crc.update(bytes, at, hole);
    crc.update(ZEROS, 0, holeBytes);
    crc.update(bytes, at + hole + holeBytes, length - hole - holeBytes);
    return (int) crc.getValue();
  }
}
