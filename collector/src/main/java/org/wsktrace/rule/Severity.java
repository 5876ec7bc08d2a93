package org.wsktrace.rule;

/** How much a finding of a rule matters, worst first. */
public enum Severity {
  ERROR,
  WARNING,
  NOTE
}
