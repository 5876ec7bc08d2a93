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
  /** Those with one remedy stand together, otherwise in the order of the first rule of each. */
  static List<Unevaluated> of(List<StoredRule> rules) {
    Map<String, Map<String, List<String>>> byCause = new LinkedHashMap<>();
    for (StoredRule rule : rules) {
      if (rule.verdict().equals(CheckReport.NOT_EVALUATED)) {
        byCause
            .computeIfAbsent(rule.remedy(), _ -> new LinkedHashMap<>())
            .computeIfAbsent(rule.reason(), _ -> new ArrayList<>())
            .add(rule.id());
      }
    }
    List<Unevaluated> causes = new ArrayList<>();
    byCause.forEach(
        (remedy, reasons) ->
            reasons.forEach(
                (reason, ids) -> causes.add(new Unevaluated(List.copyOf(ids), reason, remedy))));
    return causes;
  }
}
