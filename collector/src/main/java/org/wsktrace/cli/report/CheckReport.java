package org.wsktrace.cli.report;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.wsktrace.cli.print.Words;
import org.wsktrace.rule.Severity;
import org.wsktrace.store.row.SessionMeta;
import org.wsktrace.store.row.StoredDriver;
import org.wsktrace.store.row.StoredFinding;
import org.wsktrace.store.row.StoredLoss;
import org.wsktrace.store.row.StoredReport;
import org.wsktrace.store.row.StoredRule;

/**
 * What a check says of a trace.
 *
 * @param losses what is missing
 * @param drivers the drivers under test that the trace saw
 * @param failOn findings of at least this severity fail the check, unless they are known
 * @param baseline what was known before; null where none was given
 */
public record CheckReport(
    SessionMeta meta,
    List<StoredLoss> losses,
    List<StoredDriver> drivers,
    StoredReport report,
    Severity failOn,
    @Nullable Baseline baseline) {
  /** Where a finding is that is about the trace and no driver. */
  private static final String TRACE = "trace";

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

  /** Known fingerprints that are gone, though their driver was traced and their rule judged. */
  public List<String> fixed() {
    return gone().filter(this::judged).toList();
  }

  /**
   * Known fingerprints that are gone, but nobody looked for them: their rule was not judged, or
   * their driver is not in the trace.
   */
  public List<String> notJudged() {
    return gone().filter(fingerprint -> !judged(fingerprint)).toList();
  }

  private Stream<String> gone() {
    return baseline == null ? Stream.empty() : baseline.but(findings()).stream();
  }

  private boolean judged(String fingerprint) {
    String rule = Baseline.rule(fingerprint);
    String driver = Baseline.driver(fingerprint);
    return rules().stream()
            .anyMatch(judged -> judged.id().equals(rule) && !judged.verdict().equals(NOT_EVALUATED))
        && (driver.equals(TRACE)
            || drivers.stream()
                .anyMatch(seen -> Words.printable(seen.name()).equalsIgnoreCase(driver)));
  }
}
