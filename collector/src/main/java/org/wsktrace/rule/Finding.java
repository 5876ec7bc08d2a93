package org.wsktrace.rule;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A misuse and its proof. Misuses of one fingerprint are one finding; its title and evidence are
 * those of the first.
 *
 * @param verdict VIOLATION or SUSPECTED
 * @param title one sentence with the numbers filled in
 * @param quantities the numbers of the title, by name, in its order
 * @param doubt why it is only SUSPECTED, empty for a VIOLATION
 * @param where the call that did it
 * @param evidence in the order of the trace, not empty
 * @param fingerprint rule and call site
 * @param opId the operation that was harmed; null when there is none
 * @param count how often it happened, from 1
 */
public record Finding(
    RuleInfo rule,
    Severity severity,
    Verdict verdict,
    String title,
    Map<String, Quantity> quantities,
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
    quantities = Collections.unmodifiableMap(new LinkedHashMap<>(quantities));
    evidence = List.copyOf(evidence);
  }

  /** The same for the same mistake in every trace. */
  public static String fingerprint(RuleInfo rule, CallSite where) {
    return rule.id() + "@" + where.toString().toLowerCase(Locale.ROOT);
  }

  /** The same finding, met so often. */
  public Finding times(long often) {
    return new Finding(
        rule,
        severity,
        verdict,
        title,
        quantities,
        doubt,
        where,
        evidence,
        fingerprint,
        opId,
        often);
  }

  public long firstSeq() {
    return evidence.getFirst().seq();
  }

  public long lastSeq() {
    return evidence.getLast().seq();
  }
}
