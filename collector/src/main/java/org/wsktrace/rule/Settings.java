package org.wsktrace.rule;

import java.util.Map;

/**
 * What the user set.
 *
 * @param values by the name of the setting, in its unit
 */
public record Settings(Map<String, Long> values) {
  /** Every setting has its initial value. */
  public static final Settings INITIAL = new Settings(Map.of());

  public Settings {
    values = Map.copyOf(values);
  }

  public long value(Setting setting) {
    return values.getOrDefault(setting.name(), setting.initial());
  }
}
