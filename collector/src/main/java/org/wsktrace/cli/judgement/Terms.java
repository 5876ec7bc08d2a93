package org.wsktrace.cli.judgement;

import java.util.List;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Settings;
import org.wsktrace.rule.judge.Catalogue;

/**
 * What a trace is judged by.
 *
 * @param rules in the order of the catalogue
 * @param settings thresholds that are not the initial ones
 */
public record Terms(List<Rule> rules, Settings settings) {
  /** All rules, as they are. */
  public static final Terms ALL = new Terms(Catalogue.RULES, Settings.INITIAL);

  public Terms {
    rules = List.copyOf(rules);
  }
}
