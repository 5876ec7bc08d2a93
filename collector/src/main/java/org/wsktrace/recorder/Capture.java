package org.wsktrace.recorder;

import java.util.List;
import java.util.function.ToLongFunction;
import org.wsktrace.recorder.page.CaptureStart;

/** One capture in an image: the pages that have its start. Any thread may read it. */
public final class Capture {
  /**
   * The pages of one processor.
   *
   * @param pages in the order in which they were written
   */
  record Ring(int processor, List<Page> pages) {}

  private final CaptureStart start;
  private final List<Ring> rings;
  private final long damagedPages;

  Capture(CaptureStart start, List<Ring> rings, long damagedPages) {
    this.start = start;
    this.rings = List.copyOf(rings);
    this.damagedPages = damagedPages;
  }

  /** When it began, and what its machine is. */
  public CaptureStart start() {
    return start;
  }

  List<Ring> rings() {
    return rings;
  }

  /** Processors of which there is a page; {@link CaptureStart#processors} have a ring. */
  public int processors() {
    return rings.size();
  }

  /** Pages, each once. */
  public long pages() {
    return rings.stream().mapToLong(ring -> ring.pages().size()).sum();
  }

  /** Records that can be read. */
  public long records() {
    return sum(Page::records);
  }

  /** Places in the pages where a record cannot be read: written over by somebody else. */
  public long damagedRecords() {
    return sum(Page::damaged);
  }

  /** Pages whose header was written over, and of which there is no other copy. */
  public long damagedPages() {
    return damagedPages;
  }

  private long sum(ToLongFunction<Page> number) {
    return rings.stream().flatMap(ring -> ring.pages().stream()).mapToLong(number).sum();
  }
}
