package org.wsktrace.cli.report;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.wsktrace.rule.Severity;
import org.wsktrace.store.row.SessionMeta;
import org.wsktrace.store.row.StoredFinding;
import org.wsktrace.store.row.StoredLoss;
import org.wsktrace.store.row.StoredReport;
import org.wsktrace.store.row.StoredRule;

/**
 * What a check says of a trace.
 *
 * @param losses what is missing
 * @param failOn findings of at least this severity fail the check, unless they are known
 * @param baseline what was known before; null where none was given
 */
public record CheckReport(
    SessionMeta meta,
    List<StoredLoss> losses,
    StoredReport report,
    Severity failOn,
    @Nullable Baseline baseline) {
  static final String NOT_EVALUATED = "not_evaluated";

  /** How the reason begins why a rule that threw was not evaluated. */
  static final String RULE_FAILED = "error in rule";

  /** Worst first. */
  public List<StoredFinding> findings() {
    return report.findings();
  }

  /** In the order of the catalogue. */
  public List<StoredRule> rules() {
    return report.rules();
  }

  public boolean known(StoredFinding finding) {
    return baseline != null && baseline.knows(finding);
  }

  /** Of at least the severity that fails a check, and not known. A suspected one counts too. */
  public boolean fails(StoredFinding finding) {
    // Severities are declared worst first.
    return Severity.valueOf(finding.severity().toUpperCase(Locale.ROOT)).compareTo(failOn) <= 0
        && !known(finding);
  }

  /** Whether the check fails. */
  public boolean fails() {
    return findings().stream().anyMatch(this::fails);
  }

  /** Known fingerprints that are gone, though their rule was judged. */
  public List<String> fixed() {
    return gone(true);
  }

  /** Known fingerprints that are gone, but nobody looked for them: their rule was not judged. */
  public List<String> notJudged() {
    return gone(false);
  }

  private List<String> gone(boolean judged) {
    if (baseline == null) {
      return List.of();
    }
    Set<String> evaluated =
        rules().stream()
            .filter(rule -> !rule.verdict().equals(NOT_EVALUATED))
            .map(StoredRule::id)
            .collect(Collectors.toSet());
    return baseline.but(findings()).stream()
        .filter(fingerprint -> evaluated.contains(Baseline.rule(fingerprint)) == judged)
        .toList();
  }
}
