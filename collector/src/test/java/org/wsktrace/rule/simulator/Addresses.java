package org.wsktrace.rule.simulator;

import java.util.ArrayDeque;
import java.util.Deque;

/** Addresses of one kind of object. What is given back is taken again soon, as in a real pool. */
final class Addresses {
  private final Deque<Long> free = new ArrayDeque<>();

  /**
   * @param size of one object in bytes
   */
  Addresses(long first, long size, int count) {
    for (int i = 0; i < count; i++) {
      free.add(first + i * size);
    }
  }

  long take() {
    return free.pop();
  }

  void give(long address) {
    free.push(address);
  }

  boolean has(int count) {
    return free.size() >= count;
  }
}
