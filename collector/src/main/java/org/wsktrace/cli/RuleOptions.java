package org.wsktrace.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.wsktrace.cli.judgement.Terms;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Settings;
import org.wsktrace.rule.judge.Catalogue;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** By which rules to judge, and with which thresholds. */
final class RuleOptions {
  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--rules",
      paramLabel = "LIST",
      split = ",",
      hideParamSyntax = true,
      description =
          "Only these rules, with commas in between: ids (WSK-BUF-001, or BUF-001 for short) or groups"
              + " (trace, buffer, irp, argument, socket, context, receive, registration, performance).")
  private List<String> rules = new ArrayList<>();

  @Option(
      names = "--skip",
      paramLabel = "LIST",
      split = ",",
      hideParamSyntax = true,
      description = "All but these rules; names as for --rules.")
  private List<String> skip = new ArrayList<>();

  @Option(
      names = "--set",
      paramLabel = "NAME=VALUE",
      description =
          "A threshold of a rule, such as WSK-SOCK-005.wait=250ms; 'wsktrace rules ID' names those of a"
              + " rule. May be given again.")
  private List<SettingWord> settings = new ArrayList<>();

  /**
   * What a trace is judged by.
   *
   * @throws ParameterException where a name means no rule, or no rule is left
   */
  Terms terms() {
    Set<String> chosen = chosen();
    Map<String, Long> values = new HashMap<>();
    settings.forEach(word -> values.put(word.setting().name(), word.value()));
    return new Terms(
        Catalogue.RULES.stream().filter(rule -> chosen.contains(rule.info().id())).toList(),
        new Settings(values));
  }

  /** The ids of rules that were asked for by name; empty where it was not done. */
  Set<String> named() {
    return ids(rules);
  }

  /** Whether thresholds were set: that needs a trace and not its session. */
  boolean sets() {
    return !settings.isEmpty();
  }

  /** Whether some rules are left out. */
  boolean chooses() {
    return !rules.isEmpty() || !skip.isEmpty();
  }

  private Set<String> chosen() {
    Set<String> ids = new LinkedHashSet<>(ids(rules));
    if (rules.isEmpty()) {
      Catalogue.RULES.stream().map(Rule::info).forEach(info -> ids.add(info.id()));
    }
    ids.removeAll(ids(skip));
    if (ids.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "--rules and --skip leave no rule to judge by");
    }
    return ids;
  }

  private Set<String> ids(List<String> names) {
    try {
      return RuleNames.ids(names);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }
}
