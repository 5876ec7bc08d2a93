package org.wsktrace.etl;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Merges the processors' events by time: a binary heap of cursors, the earliest on top.
 *
 * <p>Each processor's events are in order already, because its buffers are and because ETW stamps
 * an event while it holds a place in the buffer. Where time stamps go back nevertheless, events
 * come in the order of the file.
 */
final class TimeMerge {
  // heap[i] is not after heap[2i + 1] nor heap[2i + 2], for the first size cursors.
  private final ProcessorCursor[] heap;
  private int size;

  TimeMerge(Collection<ProcessorCursor> cursors) throws IOException {
    List<ProcessorCursor> started = new ArrayList<>();
    for (ProcessorCursor cursor : cursors) {
      if (cursor.advance()) {
        started.add(cursor);
      }
    }
    heap = started.toArray(new ProcessorCursor[0]);
    size = heap.length;
    for (int i = size / 2 - 1; i >= 0; i--) {
      sink(i);
    }
  }

  /** The cursor at the earliest event, or null when there is none left. */
  @Nullable ProcessorCursor earliest() {
    return size == 0 ? null : heap[0];
  }

  /** Leaves the earliest event. */
  void advance() throws IOException {
    if (!heap[0].advance()) {
      heap[0] = heap[--size];
    }
    sink(0);
  }

  private void sink(int from) {
    ProcessorCursor cursor = heap[from];
    int i = from;
    for (int child = 2 * i + 1; child < size; child = 2 * i + 1) {
      if (child + 1 < size && heap[child + 1].isBefore(heap[child])) {
        child++;
      }
      if (!heap[child].isBefore(cursor)) {
        break;
      }
      heap[i] = heap[child];
      i = child;
    }
    heap[i] = cursor;
  }
}
