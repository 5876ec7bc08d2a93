package org.wsktrace.schema;

import java.util.List;

/** Names for the values of a number. {@code bits} when values are or-ed. */
public record ValueMap(String name, boolean bits, List<Entry> entries) {
  /** {@code symbol} as in C, {@code name} as people read it. */
  public record Entry(long value, String symbol, String name) {}
}
