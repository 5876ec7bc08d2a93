package org.wsktrace.recorder;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.wsktrace.etl.EventSequence;
import org.wsktrace.etl.record.EventRecord;

/**
 * Goes through the records of a capture: those of one processor as they were written, those of all
 * merged by their numbers. Belongs to one thread, and is of no use when its image is closed.
 */
public final class RecordCursor implements EventSequence {
  private final EventRecord event;
  // heap[i] is not after heap[2i + 1] nor heap[2i + 2].
  private final List<RingCursor> heap = new ArrayList<>();
  private long damagedAtEnd;
  private boolean begun;

  RecordCursor(MemoryImage image, Capture capture) throws IOException {
    event = new EventRecord(capture.start().clock());
    for (Capture.Ring ring : capture.rings()) {
      var cursor = new RingCursor(image, ring);
      if (cursor.advance()) {
        heap.add(cursor);
      } else {
        damagedAtEnd += cursor.damagedBehind();
      }
    }
    for (int i = heap.size() / 2 - 1; i >= 0; i--) {
      sink(i);
    }
  }

  @Override
  public boolean next() throws IOException {
    if (begun && !heap.isEmpty()) {
      advance();
    }
    begun = true;
    if (heap.isEmpty()) {
      return false;
    }
    heap.getFirst().show(event);
    return true;
  }

  private void advance() throws IOException {
    RingCursor first = heap.getFirst();
    if (!first.advance()) {
      damagedAtEnd += first.damagedBehind();
      RingCursor last = heap.removeLast();
      if (heap.isEmpty()) {
        return;
      }
      heap.set(0, last);
    }
    sink(0);
  }

  private void sink(int from) {
    RingCursor cursor = heap.get(from);
    int i = from;
    for (int child = 2 * i + 1; child < heap.size(); child = 2 * i + 1) {
      if (child + 1 < heap.size() && heap.get(child + 1).isBefore(heap.get(child))) {
        child++;
      }
      if (!heap.get(child).isBefore(cursor)) {
        break;
      }
      heap.set(i, heap.get(child));
      i = child;
    }
    heap.set(i, cursor);
  }

  @Override
  public EventRecord event() {
    return event;
  }

  /**
   * Places behind the last record of a processor where a record cannot be read, as far as the
   * cursor has come. No gap in the numbers shows those.
   */
  public long damagedAtEnd() {
    return damagedAtEnd;
  }
}
