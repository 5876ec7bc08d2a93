package org.wsktrace.rule;

/**
 * A threshold of a rule, which the user may set.
 *
 * @param name unique: the rule's id, a point and a word, such as WSK-PERF-003.bytes
 * @param meaning what happens beyond it, for people
 * @param initial its value unless it is set, in {@link Unit}s
 */
public record Setting(String name, String meaning, Unit unit, long initial) {
  /** What a setting counts. */
  public enum Unit {
    NANOSECONDS,
    BYTES,
    COUNT,
    PERCENT
  }

  public static Setting nanos(String name, String meaning, long initial) {
    return new Setting(name, meaning, Unit.NANOSECONDS, initial);
  }

  public static Setting millis(String name, String meaning, long initial) {
    return nanos(name, meaning, Math.multiplyExact(initial, 1_000_000));
  }

  public static Setting seconds(String name, String meaning, long initial) {
    return millis(name, meaning, Math.multiplyExact(initial, 1_000));
  }

  public static Setting bytes(String name, String meaning, long initial) {
    return new Setting(name, meaning, Unit.BYTES, initial);
  }

  public static Setting count(String name, String meaning, long initial) {
    return new Setting(name, meaning, Unit.COUNT, initial);
  }

  public static Setting percent(String name, String meaning, long initial) {
    return new Setting(name, meaning, Unit.PERCENT, initial);
  }

  /** The value with its unit, for people: 250 ms, 64 KiB, 5, 95 %. */
  public String show(long value) {
    return switch (unit) {
      case NANOSECONDS -> Durations.of(value);
      case BYTES -> Sizes.of(value);
      case COUNT -> Long.toString(value);
      case PERCENT -> value + " %";
    };
  }
}
