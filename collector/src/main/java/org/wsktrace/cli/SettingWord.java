package org.wsktrace.cli;

import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Setting;
import org.wsktrace.rule.Setting.Unit;
import org.wsktrace.rule.judge.Catalogue;

/**
 * A threshold as people set it: WSK-SOCK-005.wait=250ms.
 *
 * @param value in the setting's unit, 0 or more
 */
record SettingWord(Setting setting, long value) {
  private static final Pattern VALUE =
      Pattern.compile("(\\d{1,19}(?:\\.\\d{1,9})?) ?(\\p{Alpha}*|%)");

  /** What a letter behind a number multiplies it with. Without one it is in the setting's unit. */
  private static final Map<Unit, Map<String, Long>> SCALES =
      Map.of(
          Unit.NANOSECONDS,
          Map.of(
              "",
              1L,
              "ns",
              1L,
              "us",
              1_000L,
              "ms",
              1_000_000L,
              "s",
              1_000_000_000L,
              "m",
              60_000_000_000L,
              "h",
              3_600_000_000_000L),
          Unit.BYTES,
          Map.of("", 1L, "b", 1L, "bytes", 1L, "kib", 1L << 10, "mib", 1L << 20, "gib", 1L << 30),
          Unit.COUNT,
          Map.of("", 1L),
          Unit.PERCENT,
          Map.of("", 1L, "%", 1L));

  /**
   * Reads NAME=VALUE.
   *
   * @throws IllegalArgumentException where the name or the value has no meaning; the message says
   *     what could stand there
   */
  static SettingWord parse(String text) {
    int equals = text.indexOf('=');
    if (equals < 0) {
      throw new IllegalArgumentException(
          "'%s' is not NAME=VALUE, such as WSK-SOCK-005.wait=250ms".formatted(text));
    }
    Setting setting = setting(text.substring(0, equals).strip());
    return new SettingWord(setting, value(setting, text.substring(equals + 1).strip()));
  }

  private static Setting setting(String name) {
    List<Setting> settings =
        Catalogue.RULES.stream().flatMap(rule -> rule.info().settings().stream()).toList();
    String whole = RuleNames.whole(name);
    for (Setting setting : settings) {
      if (setting.name().equalsIgnoreCase(whole)) {
        return setting;
      }
    }
    String id = whole.replaceFirst("\\..*", "");
    String ofRule =
        Catalogue.find(id).map(Rule::info).stream()
            .flatMap(info -> info.settings().stream())
            .map(Setting::name)
            .collect(Collectors.joining(", "));
    throw new IllegalArgumentException(
        ofRule.isEmpty()
            ? "there is no setting %s; the nearest are %s"
                .formatted(name, EditDistance.nearest(whole, settings.stream().map(Setting::name)))
            : "there is no setting %s; %s has %s".formatted(name, id, ofRule));
  }

  /** Reads a value of this setting. */
  static long value(Setting setting, String text) {
    Matcher matcher = VALUE.matcher(text);
    if (matcher.matches()) {
      Map<String, Long> scales = SCALES.getOrDefault(setting.unit(), Map.of());
      Long scale = scales.get(matcher.group(2).toLowerCase(Locale.ROOT));
      if (scale != null) {
        try {
          return new BigDecimal(matcher.group(1))
              .multiply(BigDecimal.valueOf(scale))
              .longValueExact();
        } catch (ArithmeticException e) {
          // Too much, or a part of a unit: refused as anything else that is none.
        }
      }
    }
    throw new IllegalArgumentException(
        "%s cannot be '%s': it is %s (%s unless set)"
            .formatted(
                setting.name(), text, expected(setting.unit()), setting.show(setting.initial())));
  }

  private static String expected(Unit unit) {
    return switch (unit) {
      case NANOSECONDS -> "a time such as 250ms: a number and ns, us, ms, s, m or h";
      case BYTES -> "a size such as 64KiB: a number of bytes, or one with KiB, MiB or GiB";
      case COUNT -> "a whole number";
      case PERCENT -> "a whole number of percent such as 95%";
    };
  }
}
