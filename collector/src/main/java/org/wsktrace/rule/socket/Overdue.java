package org.wsktrace.rule.socket;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BiConsumer;
import org.wsktrace.event.TimedEvent;

/**
 * What must not stay as it is for long. It is looked at once, when its time is over: a tick costs
 * nothing but for these. Bounded: the eldest is forgotten.
 */
final class Overdue<T> {
  private static final int MAX = 1 << 16;

  private record Item<T>(T what, TimedEvent since, long due) {}

  private final Deque<Item<T>> items = new ArrayDeque<>();
  private final long wait;

  /**
   * @param wait in nanoseconds, the same for all
   */
  Overdue(long wait) {
    this.wait = wait;
  }

  /**
   * Looks at it when the wait is over.
   *
   * @param since what made it so, not before that of the item put in last
   */
  void watch(T what, TimedEvent since) {
    watch(what, since, since.nanos());
  }

  /** The same with its wait beginning later than what made it so. */
  void watch(T what, TimedEvent since, long nanos) {
    items.add(new Item<>(what, since, nanos + wait));
    if (items.size() > MAX) {
      items.remove();
    }
  }

  /** Those whose time is over, with what made them so. */
  void poll(long now, BiConsumer<T, TimedEvent> late) {
    while (!items.isEmpty() && items.element().due() <= now) {
      Item<T> item = items.remove();
      late.accept(item.what(), item.since());
    }
  }
}
