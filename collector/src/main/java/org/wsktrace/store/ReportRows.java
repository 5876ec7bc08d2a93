package org.wsktrace.store;

import static org.wsktrace.store.Columns.nullableLong;
import static org.wsktrace.store.Columns.text;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.wsktrace.store.row.StoredEvidence;
import org.wsktrace.store.row.StoredFinding;
import org.wsktrace.store.row.StoredReport;
import org.wsktrace.store.row.StoredRule;

/** Findings, rules and their coverage as rows, both ways. */
final class ReportRows {
  private static final Set<String> SEVERITIES = Set.of("error", "warning", "note");
  private static final Set<String> VERDICTS =
      Set.of("violation", "suspected", "passed", "not_evaluated");

  /** The format since which findings have quantities. */
  private static final int WITH_QUANTITIES = 2;

  private ReportRows() {}

  static void write(Connection connection, StoredReport report) throws SQLException {
    try (var rules = new BatchInsert(connection, "INSERT", "rule", 12);
        var coverage = new BatchInsert(connection, "INSERT", "coverage", 4);
        var findings = new BatchInsert(connection, "INSERT", "finding", 12);
        var evidence = new BatchInsert(connection, "INSERT", "evidence", 8)) {
      int idx = 0;
      for (StoredRule rule : report.rules()) {
        rules.add(
            rule.id(),
            idx++,
            rule.name(),
            rule.subject(),
            rule.severity(),
            rule.effect(),
            rule.confidence(),
            rule.needs(),
            rule.why(),
            rule.fix(),
            rule.recordNext(),
            rule.source());
        coverage.add(rule.id(), rule.verdict(), rule.reason(), rule.remedy());
      }
      long id = 0;
      for (StoredFinding finding : report.findings()) {
        id++;
        findings.add(
            id,
            finding.rule().id(),
            finding.severity(),
            finding.verdict(),
            finding.title(),
            QuantityJson.text(finding.quantities()),
            finding.doubt(),
            finding.driver(),
            finding.offset(),
            finding.fingerprint(),
            finding.opId(),
            finding.occurrences());
        int place = 0;
        for (StoredEvidence proof : finding.evidence()) {
          evidence.add(
              id,
              place++,
              proof.seq(),
              proof.nanos(),
              proof.cpu(),
              proof.tid(),
              proof.role(),
              proof.text());
        }
      }
      rules.flush();
      coverage.flush();
      findings.flush();
      evidence.flush();
    }
  }

  /**
   * @param version of the session's format
   */
  static StoredReport read(Connection connection, long version) throws SQLException {
    Map<String, StoredRule> rules = rules(connection);
    Map<Long, List<StoredEvidence>> evidence = evidence(connection);
    List<StoredFinding> findings = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                """
                SELECT finding_id, rule_id, severity, verdict, title, %s, doubt, driver,
                       driver_offset, fingerprint, op_id, occurrences
                FROM finding ORDER BY finding_id
                """
                    .formatted(version < WITH_QUANTITIES ? "'{}'" : "quantities"))) {
      while (row.next()) {
        StoredRule rule = rules.get(text(row, 2));
        if (rule == null) {
          throw new SQLException("a finding of the unknown rule " + text(row, 2));
        }
        findings.add(
            new StoredFinding(
                rule,
                word(row, 3, SEVERITIES),
                word(row, 4, VERDICTS),
                text(row, 5),
                QuantityJson.parse(text(row, 6)),
                text(row, 7),
                text(row, 8),
                row.getLong(9),
                evidence.getOrDefault(row.getLong(1), List.of()),
                text(row, 10),
                nullableLong(row, 11),
                row.getLong(12)));
      }
    }
    return new StoredReport(List.copyOf(rules.values()), findings);
  }

  private static Map<String, StoredRule> rules(Connection connection) throws SQLException {
    Map<String, StoredRule> rules = new LinkedHashMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                """
                SELECT rule_id, name, subject, severity, effect, confidence, needs, why, fix,
                       record_next, source, verdict, reason, remedy
                FROM rule JOIN coverage USING (rule_id) ORDER BY idx
                """)) {
      while (row.next()) {
        rules.put(
            text(row, 1),
            new StoredRule(
                text(row, 1),
                text(row, 2),
                text(row, 3),
                word(row, 4, SEVERITIES),
                text(row, 5),
                text(row, 6),
                text(row, 7),
                text(row, 8),
                text(row, 9),
                text(row, 10),
                text(row, 11),
                word(row, 12, VERDICTS),
                text(row, 13),
                text(row, 14)));
      }
    }
    return rules;
  }

  private static Map<Long, List<StoredEvidence>> evidence(Connection connection)
      throws SQLException {
    Map<Long, List<StoredEvidence>> byFinding = new HashMap<>();
    try (PreparedStatement statement =
            connection.prepareStatement(
                """
                SELECT finding_id, seq, nanos, cpu, tid, role, text
                FROM evidence ORDER BY finding_id, idx
                """);
        ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        byFinding
            .computeIfAbsent(row.getLong(1), id -> new ArrayList<>())
            .add(
                new StoredEvidence(
                    row.getLong(2),
                    row.getLong(3),
                    row.getInt(4),
                    row.getLong(5),
                    text(row, 6),
                    text(row, 7)));
      }
    }
    return byFinding;
  }

  private static String word(ResultSet row, int column, Set<String> words) throws SQLException {
    String word = text(row, column);
    if (!words.contains(word)) {
      throw new SQLException("%s is '%s'".formatted(row.getMetaData().getColumnName(column), word));
    }
    return word;
  }
}
