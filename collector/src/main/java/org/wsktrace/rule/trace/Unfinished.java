package org.wsktrace.rule.trace;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.track.LiveOperation;

/**
 * Operations that should have completed when something happened, and get a little longer: events of
 * several processors come close together. Bounded: of too many the eldest is forgotten.
 */
final class Unfinished {
  private static final int MAX = 1 << 12;

  private final Deque<Item> items = new ArrayDeque<>();

  /**
   * An operation and what should have come after its completion.
   *
   * @param operation not completed
   */
  record Item(LiveOperation operation, TimedEvent since) {}

  void add(LiveOperation operation, TimedEvent since) {
    if (items.size() == MAX) {
      items.removeFirst();
    }
    items.addLast(new Item(operation, since));
  }

  /** Takes out what was added before a time, and tells what has still not completed. */
  void due(long nanos, Consumer<Item> told) {
    for (Item item = items.peekFirst();
        item != null && item.since().nanos() <= nanos;
        item = items.peekFirst()) {
      items.removeFirst();
      if (item.operation().completion() == null && !item.operation().abandoned()) {
        told.accept(item);
      }
    }
  }
}
