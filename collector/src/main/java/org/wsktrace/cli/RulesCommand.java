package org.wsktrace.cli;

import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.wsktrace.cli.print.CatalogueJson;
import org.wsktrace.cli.print.CatalogueText;
import org.wsktrace.cli.print.Screen;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.RuleInfo;
import org.wsktrace.rule.judge.Catalogue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lists the rules, or tells all about one. */
@Command(
    name = "rules",
    description = "Lists the rules, or tells all about one, with an example.",
    sortOptions = false,
    footer = {
      "",
      "JSON, one object:",
      "  format   1; grows when a key changes its meaning. Keys may be added.",
      "  rules[]  rule, aliases[], name, subject, severity, effect, confidence, needs[], title (names of",
      "           quantities in braces), settings[], why, fix, recordNext, documentation",
      "    settings[]  name, meaning, unit (nanoseconds, bytes, count, percent), initial"
    })
final class RulesCommand implements Callable<Integer> {
  private final Screen screen;

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "ID",
      arity = "0..1",
      description = "A rule: WSK-BUF-001, or BUF-001 for short; or a group: buffer.")
  private @Nullable String id;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "text or json.")
  private Format format;

  RulesCommand(Screen screen) {
    this.screen = screen;
  }

  @Override
  public Integer call() {
    List<RuleInfo> rules = Catalogue.RULES.stream().map(Rule::info).toList();
    boolean one = id != null && !RuleNames.isGroup(id);
    List<RuleInfo> chosen = id == null ? rules : one ? List.of(rule(id)) : group(id, rules);
    switch (format) {
      case JSON -> CatalogueJson.write(screen.out(), chosen);
      case TEXT -> {
        if (one) {
          CatalogueText.print(screen, chosen.getFirst());
        } else {
          CatalogueText.print(screen, chosen);
        }
      }
    }
    return ExitStatus.GOOD;
  }

  private static List<RuleInfo> group(String name, List<RuleInfo> rules) {
    Set<String> ids = RuleNames.ids(List.of(name));
    return rules.stream().filter(rule -> ids.contains(rule.id())).toList();
  }

  private RuleInfo rule(String given) {
    try {
      return RuleNames.rule(given);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }
}
