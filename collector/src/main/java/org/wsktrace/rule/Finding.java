package org.wsktrace.rule;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A misuse and its proof. Misuses of one fingerprint are one finding; its title and evidence are
 * those of the first.
 *
 * @param verdict VIOLATION or SUSPECTED
 * @param title one sentence with the numbers filled in
 * @param doubt why it is only SUSPECTED, empty for a VIOLATION
 * @param where the call that did it
 * @param evidence in the order of the trace, not empty
 * @param fingerprint rule and call site
 * @param opId the operation that was harmed; null when there is none
 * @param count how often it happened, from 1
 */
public record Finding(
    RuleInfo rule,
    Verdict verdict,
    String title,
    String doubt,
    CallSite where,
    List<Evidence> evidence,
    String fingerprint,
    @Nullable Long opId,
    long count) {
  public Finding {
    if (verdict != Verdict.VIOLATION && verdict != Verdict.SUSPECTED) {
      throw new IllegalArgumentException("a finding is a violation or suspected, not " + verdict);
    }
    if (evidence.isEmpty()) {
      throw new IllegalArgumentException("a finding without evidence: " + rule.id());
    }
    evidence = List.copyOf(evidence);
  }

  public long firstSeq() {
    return evidence.getFirst().seq();
  }

  public long lastSeq() {
    return evidence.getLast().seq();
  }
}
