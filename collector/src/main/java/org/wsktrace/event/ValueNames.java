package org.wsktrace.event;

import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * Names for the values of a field.
 *
 * @param bits true when values are or-ed
 */
public record ValueNames(String name, boolean bits, List<Entry> entries) {
  /** One named value. */
  public record Entry(long value, String name) {}

  /** The name of a value, of its bits joined by '|', or the number where a name is missing. */
  public String nameOf(long value) {
    if (bits && value != 0) {
      long known = entries.stream().mapToLong(Entry::value).reduce(0, (a, b) -> a | b);
      return (value & ~known) != 0
          ? Long.toString(value)
          : entries.stream()
              .filter(entry -> (value & entry.value) != 0)
              .map(Entry::name)
              .collect(Collectors.joining("|"));
    }
    return entries.stream()
        .filter(entry -> entry.value == value)
        .map(Entry::name)
        .findFirst()
        .orElse(Long.toString(value));
  }

  /** The value of one name, empty for an unknown one. */
  public OptionalLong valueOf(String entryName) {
    return entries.stream()
        .filter(entry -> entry.name.equals(entryName))
        .mapToLong(Entry::value)
        .findFirst();
  }
}
