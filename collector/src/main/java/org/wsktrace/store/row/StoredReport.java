package org.wsktrace.store.row;

import java.util.List;

/**
 * How a trace was judged.
 *
 * @param rules in the order of the catalogue
 * @param findings worst first
 */
public record StoredReport(List<StoredRule> rules, List<StoredFinding> findings) {
  /** Keeps copies of the lists. */
  public StoredReport {
    rules = List.copyOf(rules);
    findings = List.copyOf(findings);
  }
}
