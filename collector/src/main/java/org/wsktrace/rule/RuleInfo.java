package org.wsktrace.rule;

import java.util.List;
import java.util.Set;

/**
 * The declaration of a rule, made by {@link Rule#declare}.
 *
 * @param id stable: WSK-BUF-001
 * @param aliases ids of the catalogue that mean the same, mostly none
 * @param name a short phrase: MDL freed before completion
 * @param severity of its findings, unless a charge says that it is another
 * @param needs what must have been recorded for the rule to judge
 * @param title one sentence, with the names of quantities in braces
 * @param why it is wrong, in a sentence or two
 * @param fix what to change in the driver
 * @param recordNext what to record to see more, or empty
 * @param source the documentation page that states the contract
 * @param settings its thresholds
 */
public record RuleInfo(
    String id,
    List<String> aliases,
    String name,
    Group group,
    Severity severity,
    Effect effect,
    Confidence confidence,
    Set<Need> needs,
    String title,
    String why,
    String fix,
    String recordNext,
    String source,
    List<Setting> settings) {
  public RuleInfo {
    aliases = List.copyOf(aliases);
    needs = Set.copyOf(needs);
    settings = List.copyOf(settings);
  }

  /** True for its id and its aliases, in any case of letters. */
  public boolean isNamed(String word) {
    return id.equalsIgnoreCase(word) || aliases.stream().anyMatch(word::equalsIgnoreCase);
  }
}
