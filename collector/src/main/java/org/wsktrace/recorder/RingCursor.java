package org.wsktrace.recorder;

import java.io.IOException;
import java.util.Iterator;
import org.wsktrace.etl.record.EventRecord;
import org.wsktrace.recorder.page.FrameWalk;
import org.wsktrace.recorder.page.PageLayout;

/** Goes through the records of one processor, page after page. */
final class RingCursor {
  private final MemoryImage image;
  private final int processor;
  private final Iterator<Page> pages;
  private final byte[] bytes = new byte[PageLayout.PAGE_BYTES];
  private final FrameWalk walk = new FrameWalk(bytes);
  private long pageOffset;
  private long damagedBehind;
  private boolean begun;

  /** Before the first record. */
  RingCursor(MemoryImage image, Capture.Ring ring) {
    this.image = image;
    this.processor = ring.processor();
    this.pages = ring.pages().iterator();
  }

  /** Goes to the next record; false when there is none left. */
  boolean advance() throws IOException {
    while (!begun || !walk.next()) {
      if (begun) {
        damagedBehind += walk.damagedBehind();
      }
      if (!pages.hasNext()) {
        return false;
      }
      Page page = pages.next();
      image.read(page.offset(), bytes, page.bytes());
      walk.begin(0, page.bytes(), page.position(), page.framesHaveCrc());
      pageOffset = page.offset();
      begun = true;
    }
    damagedBehind = 0;
    return true;
  }

  /** Damaged places behind its last record, when there is none left. */
  long damagedBehind() {
    return damagedBehind;
  }

  void show(EventRecord event) {
    walk.show(event, processor, pageOffset);
  }

  /** By the number of the record. */
  boolean isBefore(RingCursor other) {
    long number = walk.seq();
    long others = other.walk.seq();
    return number != others ? number < others : processor < other.processor;
  }
}
