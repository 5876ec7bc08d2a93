package org.wsktrace.store;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.wsktrace.rule.Finding;
import org.wsktrace.rule.Need;
import org.wsktrace.rule.Quantity;
import org.wsktrace.rule.RuleInfo;
import org.wsktrace.rule.judge.Coverage;
import org.wsktrace.rule.judge.JudgeReport;
import org.wsktrace.store.row.StoredEvidence;
import org.wsktrace.store.row.StoredFinding;
import org.wsktrace.store.row.StoredLoss;
import org.wsktrace.store.row.StoredQuantity;
import org.wsktrace.store.row.StoredReport;
import org.wsktrace.store.row.StoredRule;
import org.wsktrace.track.fact.Loss;

/** What a judge reports, as the values that a session keeps. */
public final class JudgedReport {
  private JudgedReport() {}

  /** The same findings, rules and verdicts. */
  public static StoredReport stored(JudgeReport report) {
    Map<String, StoredRule> rules = new HashMap<>();
    List<StoredRule> inOrder =
        report.coverage().stream().map(coverage -> stored(coverage)).toList();
    inOrder.forEach(rule -> rules.put(rule.id(), rule));
    return new StoredReport(
        inOrder,
        report.findings().stream()
            .map(finding -> stored(finding, ruleOf(finding, rules)))
            .toList());
  }

  /** The same loss. */
  public static StoredLoss stored(Loss loss) {
    return new StoredLoss(
        loss.firstMissingSeq(),
        loss.lastMissingSeq(),
        loss.count(),
        word(loss.reason()),
        loss.reason().text());
  }

  /** The word for a constant in the tables: NOT_EVALUATED is not_evaluated. */
  static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static StoredRule ruleOf(Finding finding, Map<String, StoredRule> rules) {
    StoredRule rule = rules.get(finding.rule().id());
    if (rule == null) {
      throw new IllegalStateException("a finding of a rule without coverage: " + finding.rule());
    }
    return rule;
  }

  private static StoredRule stored(Coverage coverage) {
    RuleInfo rule = coverage.rule();
    return new StoredRule(
        rule.id(),
        rule.name(),
        word(rule.group()),
        word(rule.severity()),
        word(rule.effect()),
        word(rule.confidence()),
        rule.needs().stream().sorted().map(Need::text).collect(Collectors.joining(", ")),
        rule.why(),
        rule.fix(),
        rule.recordNext(),
        rule.source(),
        word(coverage.verdict()),
        coverage.reason(),
        coverage.remedy());
  }

  private static StoredFinding stored(Finding finding, StoredRule rule) {
    return new StoredFinding(
        rule,
        word(finding.severity()),
        word(finding.verdict()),
        finding.title(),
        finding.quantities().entrySet().stream()
            .map(entry -> stored(entry.getKey(), entry.getValue()))
            .toList(),
        finding.doubt(),
        finding.where().driver(),
        finding.where().offset(),
        finding.evidence().stream()
            .map(e -> new StoredEvidence(e.seq(), e.nanos(), e.cpu(), e.tid(), e.role(), e.text()))
            .toList(),
        finding.fingerprint(),
        finding.opId(),
        finding.count());
  }

  private static StoredQuantity stored(String name, Quantity quantity) {
    String text = quantity.text();
    return switch (quantity) {
      case Quantity.Address(long value) ->
          new StoredQuantity(name, StoredQuantity.ADDRESS, value, text);
      case Quantity.Count(long value) -> new StoredQuantity(name, "count", value, text);
      case Quantity.Bytes(long value) -> new StoredQuantity(name, "bytes", value, text);
      case Quantity.Nanos(long value) -> new StoredQuantity(name, "nanos", value, text);
      case Quantity.Status(int value) -> new StoredQuantity(name, "status", value, text);
      case Quantity.Words _ -> new StoredQuantity(name, StoredQuantity.WORDS, 0, text);
    };
  }
}
