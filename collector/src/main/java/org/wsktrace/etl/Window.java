package org.wsktrace.etl;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * A part of a trace in memory outside the heap, moved forward as reading goes on. Positions are
 * those of the file; in a compressed buffer, those that its bytes would have uncompressed, counted
 * from where it begins.
 */
sealed interface Window permits FileWindow, DecodingWindow {
  /** The memory: always the same, with changing content. Read-only. */
  MemorySegment segment();

  /**
   * Makes a range readable, and for the reads to come as much behind it as fits.
   *
   * @param size at most the capacity, and position + size at most the limit
   * @param limit no byte from here on is read
   * @return where the range begins in the segment; -1 where it cannot be had because the bytes
   *     before it do not decode
   */
  int load(long position, int size, long limit) throws IOException;
}
