package org.wsktrace.rule.judge;

import java.util.List;
import org.wsktrace.rule.Finding;

/**
 * The end of the trial.
 *
 * @param findings by severity, worst first, then by the first event of their evidence
 * @param coverage one entry per rule, in the order of the catalogue
 */
public record JudgeReport(List<Finding> findings, List<Coverage> coverage) {
  public JudgeReport {
    findings = List.copyOf(findings);
    coverage = List.copyOf(coverage);
  }
}
