package org.wsktrace.track;

import it.unimi.dsi.fastutil.longs.Long2ObjectLinkedOpenHashMap;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Who holds an address now, and who held it last. Both are bounded, so that a broken trace can't
 * fill the memory: the eldest living is then given up, the eldest dead forgotten.
 */
final class Lives<T> {
  private static final int MAX_LIVING = 1 << 20;
  private static final int MAX_DEAD = 1 << 16;

  private final Long2ObjectLinkedOpenHashMap<T> living = new Long2ObjectLinkedOpenHashMap<>();
  private final Long2ObjectLinkedOpenHashMap<T> dead = new Long2ObjectLinkedOpenHashMap<>();
  private final Consumer<T> giveUp;
  private long lastId;

  /**
   * @param giveUp takes a life that there is no more room for
   */
  Lives(Consumer<T> giveUp) {
    this.giveUp = giveUp;
  }

  long nextId() {
    return ++lastId;
  }

  @Nullable T living(long address) {
    return living.get(address);
  }

  /** The last holder of an address that nobody holds now. */
  @Nullable T dead(long address) {
    return dead.get(address);
  }

  Collection<T> living() {
    return Collections.unmodifiableCollection(living.values());
  }

  /** A new holder; the previous one has been buried. */
  void bear(long address, T life) {
    dead.remove(address);
    living.put(address, life);
    if (living.size() > MAX_LIVING) {
      giveUp.accept(living.removeFirst());
    }
  }

  void bury(long address, T life) {
    living.remove(address, life);
    dead.putAndMoveToLast(address, life);
    if (dead.size() > MAX_DEAD) {
      dead.removeFirst();
    }
  }

  /** Everybody who lives, eldest first; afterwards nobody does. */
  List<T> drain() {
    List<T> all = new ArrayList<>(living.values());
    living.clear();
    return all;
  }
}
