package org.wsktrace.rule.registration;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A few things by a key; of too many the eldest is forgotten. */
final class Recent<K, V> {
  private static final int MAX = 256;

  private final Map<K, V> entries = new LinkedHashMap<>();

  void put(K key, V value) {
    entries.remove(key);
    entries.put(key, value);
    if (entries.size() > MAX) {
      entries.remove(entries.keySet().iterator().next());
    }
  }

  @Nullable V get(K key) {
    return entries.get(key);
  }

  /** What is there, or what is made now. */
  V of(K key, Supplier<V> fresh) {
    V known = entries.get(key);
    if (known == null) {
      known = fresh.get();
      put(key, known);
    }
    return known;
  }

  @Nullable V remove(K key) {
    return entries.remove(key);
  }

  Iterable<V> values() {
    return entries.values();
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  void clear() {
    entries.clear();
  }
}
