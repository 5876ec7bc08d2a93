package org.wsktrace.recorder.page;

import static org.wsktrace.etl.layout.LittleEndian.i32;
import static org.wsktrace.etl.layout.LittleEndian.i64;
import static org.wsktrace.etl.layout.LittleEndian.u16;

import java.lang.foreign.MemorySegment;
import org.wsktrace.etl.record.EtlClock;

/** What stands where a page seems to begin. */
public sealed interface PageHeader {
  /** A page. */
  record Whole(PageKey key, CaptureStart start, boolean framesHaveCrc) implements PageHeader {}

  /** It was a page; its check sum is wrong, and so may be what it says. */
  record Damaged(PageKey key, long startTime) implements PageHeader {}

  /** A page of another layout. */
  record OtherLayout(int layout) implements PageHeader {}

  /** The magic alone, as it stands in the code of the capture driver too. */
  record None() implements PageHeader {}

  /** Which page of its capture it is. */
  record PageKey(int processor, long position) {}

  /** The header of another layout is not believed to be longer. */
  int MAX_OTHER_HEADER_BYTES = 256;

  /** Reads what begins with the magic, of which so many bytes are there. */
  static PageHeader read(byte[] bytes, int at, int length, Checksum checksum) {
    if (length < PageLayout.HEADER_BYTES) {
      return new None();
    }
    MemorySegment header = MemorySegment.ofArray(bytes).asSlice(at, PageLayout.HEADER_BYTES);
    int layout = u16(header, PageLayout.LAYOUT_AT);
    int headerBytes = u16(header, PageLayout.HEADER_BYTES_AT);
    if (headerBytes < PageLayout.HEADER_BYTES
        || headerBytes > Math.min(length, MAX_OTHER_HEADER_BYTES)) {
      return new None();
    }
    boolean right =
        checksum.of(bytes, at, headerBytes, PageLayout.CRC, Integer.BYTES)
            == i32(header, PageLayout.CRC);
    if (layout != PageLayout.LAYOUT) {
      return right ? new OtherLayout(layout) : new None();
    }
    if (headerBytes != PageLayout.HEADER_BYTES
        || i32(header, PageLayout.PAGE_BYTES_AT) != PageLayout.PAGE_BYTES) {
      return new None();
    }
    return ofThisLayout(header, right);
  }

  private static PageHeader ofThisLayout(MemorySegment header, boolean right) {
    var key = new PageKey(u16(header, PageLayout.PROCESSOR), i64(header, PageLayout.POSITION));
    long startTime = i64(header, PageLayout.START_TIME);
    long frequency = i64(header, PageLayout.FREQUENCY);
    int processors = u16(header, PageLayout.PROCESSORS);
    boolean possible =
        key.processor() < processors
            && processors <= PageLayout.MAX_PROCESSORS
            && key.position() >= 0
            && key.position() % PageLayout.PAGE_BYTES == 0
            && frequency > 0
            && frequency <= EtlClock.MAX_FREQUENCY;
    if (!right || !possible) {
      return new Damaged(key, startTime);
    }
    int flags = i32(header, PageLayout.FLAGS);
    var start =
        new CaptureStart(
            startTime,
            i64(header, PageLayout.START_TICKS),
            frequency,
            processors,
            i32(header, PageLayout.RING_BYTES),
            flags >> PageLayout.FLAGS_POINTER_SHIFT & 0xFF);
    return new Whole(key, start, (flags & PageLayout.FLAG_FRAMES_HAVE_CRC) != 0);
  }
}
