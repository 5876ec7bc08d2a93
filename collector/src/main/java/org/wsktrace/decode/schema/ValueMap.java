package org.wsktrace.decode.schema;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Names of a field's numbers: of whole values, or of sets of bits.
 *
 * @param name of the map
 * @param bits whether a number is a set of named bits
 * @param names by number, unsigned; of a bit map by mask, in the order in which they are shown
 */
public record ValueMap(String name, boolean bits, Map<Long, String> names) {
  /** Copies the names. */
  public ValueMap {
    names = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(names));
  }

  /**
   * What a number is called; of several bits "A | B", with what has no name in hex at the end.
   *
   * @return null where the map has no name for any of it
   */
  public @Nullable String nameOf(long number) {
    String whole = names.get(number);
    if (whole != null || !bits) {
      return whole;
    }
    StringBuilder text = new StringBuilder();
    long rest = number;
    for (Map.Entry<Long, String> bit : names.entrySet()) {
      long mask = bit.getKey();
      if (mask != 0 && (number & mask) == mask) {
        text.append(text.isEmpty() ? "" : " | ").append(bit.getValue());
        rest &= ~mask;
      }
    }
    if (text.isEmpty()) {
      return null;
    }
    if (rest != 0) {
      text.append(" | 0x").append(Long.toHexString(rest));
    }
    return text.toString();
  }
}
