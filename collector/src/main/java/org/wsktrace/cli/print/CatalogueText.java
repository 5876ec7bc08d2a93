package org.wsktrace.cli.print;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.wsktrace.cli.print.Screen.Tone;
import org.wsktrace.rule.Group;
import org.wsktrace.rule.Need;
import org.wsktrace.rule.RuleInfo;
import org.wsktrace.rule.Setting;

/** Rules for people: a line each, by group, or all that is known of one. */
public final class CatalogueText {
  private static final int WIDTH = 100;

  private CatalogueText() {}

  /** A line for each rule, below the name of its group. */
  public static void print(Screen screen, List<RuleInfo> rules) {
    for (Group group : Group.values()) {
      List<RuleInfo> members = rules.stream().filter(rule -> rule.group() == group).toList();
      if (members.isEmpty()) {
        continue;
      }
      screen.line("%s (%s)".formatted(screen.tone(Tone.STRONG, group.heading()), lower(group)));
      for (RuleInfo rule : members) {
        screen.line(
            "  %s  %-7s  %-11s  %-9s  %s"
                .formatted(
                    screen.tone(Tone.STRONG, "%-12s".formatted(rule.id())),
                    lower(rule.severity()),
                    lower(rule.effect()),
                    lower(rule.confidence()),
                    rule.name()));
      }
      screen.line("");
    }
    screen.line(
        "%s. All about one: wsktrace rules ID.".formatted(Words.count(rules.size(), "rule")));
  }

  /** Everything about one rule, with a trace that breaks it and one that keeps it. */
  public static void print(Screen screen, RuleInfo rule) {
    screen.line(screen.tone(Tone.STRONG, rule.id()) + ": " + rule.name());
    if (!rule.aliases().isEmpty()) {
      labelled(screen, "also", String.join(", ", rule.aliases()));
    }
    labelled(screen, "group", rule.group().heading());
    labelled(screen, "severity", lower(rule.severity()) + " (" + lower(rule.effect()) + ")");
    labelled(screen, "confidence", confidence(rule));
    labelled(screen, "says", rule.title());
    labelled(screen, "why", rule.why());
    labelled(screen, "fix", rule.fix());
    labelled(screen, "needs", needs(rule));
    for (Setting setting : rule.settings()) {
      labelled(screen, "setting", setting(setting));
    }
    if (!rule.recordNext().isEmpty()) {
      labelled(screen, "record", rule.recordNext());
    }
    labelled(screen, "see", rule.source());
    RuleExamples.of(rule.id()).ifPresent(examples -> print(screen, examples));
  }

  private static void print(Screen screen, RuleExamples examples) {
    block(screen, "A trace that breaks it", examples.bad());
    block(screen, "What is found in it", examples.found());
    block(screen, "A trace that keeps it", examples.good());
  }

  private static void block(Screen screen, String heading, List<String> lines) {
    screen.line("");
    screen.line(screen.tone(Tone.STRONG, heading));
    lines.forEach(line -> screen.line("  " + line));
  }

  /** How sure the rule is, in words. */
  public static String confidence(RuleInfo rule) {
    return switch (rule.confidence()) {
      case PROVED -> "proved: the order of events shows it";
      case STRONG -> "strong: hardly anything else explains it";
      case HEURISTIC -> "heuristic: its findings are suspected at best";
    };
  }

  /** What must have been recorded, and the words for it. */
  public static String needs(RuleInfo rule) {
    if (rule.needs().isEmpty()) {
      return "nothing but the trace itself";
    }
    String words =
        rule.needs().stream()
            .sorted()
            .map(Need::word)
            .filter(word -> !word.isEmpty())
            .collect(Collectors.joining(","));
    return rule.needs().stream().sorted().map(Need::text).collect(Collectors.joining(", "))
        + " (wskctl targets yours.sys%s)".formatted(words.isEmpty() ? "" : "=" + words);
  }

  private static String setting(Setting setting) {
    return "%s: %s (%s unless set)"
        .formatted(setting.name(), setting.meaning(), setting.show(setting.initial()));
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
