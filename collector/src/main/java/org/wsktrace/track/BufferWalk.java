package org.wsktrace.track;

import org.wsktrace.event.WskEvent.DataEnter;

/**
 * Which bytes of each MDL of a chain a WSK_BUF takes: Length bytes, from Offset of the first MDL
 * on. Lengths are unsigned.
 */
public final class BufferWalk {
  private long skip;
  private long left;
  private long start;
  private long size;

  /** The WSK_BUF of a call. */
  public void begin(DataEnter data) {
    skip = data.offset();
    left = data.length();
  }

  /** The next MDL of the chain. */
  public void take(long va, long byteCount) {
    long behind = Math.max(0, byteCount - skip);
    start = va + skip;
    size = Long.compareUnsigned(left, behind) < 0 ? left : behind;
    skip = Math.max(0, skip - byteCount);
    left -= size;
  }

  /** The first byte that is taken of that MDL. */
  public long start() {
    return start;
  }

  /** How many bytes are taken of it, 0 and up. */
  public long size() {
    return size;
  }
}
