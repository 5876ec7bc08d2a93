package org.wsktrace.cli.print;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.wsktrace.cli.print.Screen.Tone;
import org.wsktrace.rule.Need;
import org.wsktrace.rule.RuleInfo;

/** Rules for people: a line each, or all that is known of one. */
public final class CatalogueText {
  private static final int WIDTH = 100;

  private CatalogueText() {}

  /** A line for each rule. */
  public static void print(Screen screen, List<RuleInfo> rules) {
    for (RuleInfo rule : rules) {
      screen.line(
          "%s  %-7s  %-11s  %s"
              .formatted(
                  screen.tone(Tone.STRONG, "%-12s".formatted(rule.id())),
                  lower(rule.severity()),
                  lower(rule.effect()),
                  rule.name()));
    }
  }

  /** Everything about one rule. */
  public static void print(Screen screen, RuleInfo rule) {
    screen.line(screen.tone(Tone.STRONG, rule.id()) + ": " + rule.name());
    labelled(screen, "severity", lower(rule.severity()) + " (" + lower(rule.effect()) + ")");
    labelled(screen, "confidence", lower(rule.confidence()));
    labelled(screen, "why", rule.why());
    labelled(screen, "fix", rule.fix());
    labelled(
        screen,
        "needs",
        rule.needs().isEmpty()
            ? "nothing but the events themselves"
            : rule.needs().stream().sorted().map(Need::text).collect(Collectors.joining(", ")));
    if (!rule.recordNext().isEmpty()) {
      labelled(screen, "record", rule.recordNext());
    }
    labelled(screen, "see", rule.source());
  }

  private static void labelled(Screen screen, String label, String text) {
    String indent = "  %-10s ".formatted(label);
    String first = screen.tone(Tone.FAINT, indent);
    for (String line : Words.wrapped(text, WIDTH - indent.length())) {
      screen.line(first + line);
      first = " ".repeat(indent.length());
    }
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
