package org.wsktrace.cli.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.wsktrace.store.row.StoredRule;

/**
 * Rules that were not evaluated for the same reason.
 *
 * @param rules their ids, in the order of the catalogue
 * @param reason why
 * @param remedy what to do to get them evaluated; may be empty
 */
record Unevaluated(List<String> rules, String reason, String remedy) {
  private record Cause(String reason, String remedy) {}

  /** By reason, in the order of the first rule of each. */
  static List<Unevaluated> of(List<StoredRule> rules) {
    Map<Cause, List<String>> byCause = new LinkedHashMap<>();
    for (StoredRule rule : rules) {
      if (rule.verdict().equals(CheckReport.NOT_EVALUATED)) {
        byCause
            .computeIfAbsent(new Cause(rule.reason(), rule.remedy()), _ -> new ArrayList<>())
            .add(rule.id());
      }
    }
    return byCause.entrySet().stream()
        .map(
            entry ->
                new Unevaluated(
                    List.copyOf(entry.getValue()), entry.getKey().reason, entry.getKey().remedy))
        .toList();
  }
}
