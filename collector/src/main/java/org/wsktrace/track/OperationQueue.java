package org.wsktrace.track;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * The operations of one socket that are not done, in the order of their enters. The links are in
 * the operations, so that the end of one in the middle costs nothing to look for: an operation is
 * in one queue at most.
 */
public final class OperationQueue implements Iterable<LiveOperation> {
  private @Nullable LiveOperation first;
  private @Nullable LiveOperation last;
  private int size;

  OperationQueue() {}

  /** How many there are. */
  public int size() {
    return size;
  }

  /** The queue must not change while it is walked through. */
  @Override
  public Iterator<LiveOperation> iterator() {
    return new Walk(first);
  }

  void add(LiveOperation operation) {
    operation.queue = this;
    operation.earlier = last;
    if (last == null) {
      first = operation;
    } else {
      last.later = operation;
    }
    last = operation;
    size++;
  }

  /** Takes it out of the queue that it is in, if any. */
  static void remove(LiveOperation operation) {
    OperationQueue queue = operation.queue;
    if (queue == null) {
      return;
    }
    LiveOperation earlier = operation.earlier;
    LiveOperation later = operation.later;
    if (earlier == null) {
      queue.first = later;
    } else {
      earlier.later = later;
    }
    if (later == null) {
      queue.last = earlier;
    } else {
      later.earlier = earlier;
    }
    operation.queue = null;
    operation.earlier = null;
    operation.later = null;
    queue.size--;
  }

  private static final class Walk implements Iterator<LiveOperation> {
    private @Nullable LiveOperation next;

    Walk(@Nullable LiveOperation first) {
      this.next = first;
    }

    @Override
    public boolean hasNext() {
      return next != null;
    }

    @Override
    public LiveOperation next() {
      LiveOperation operation = next;
      if (operation == null) {
        throw new NoSuchElementException("no operation is left");
      }
      next = operation.later;
      return operation;
    }
  }
}
