package org.wsktrace.rule;

/** What a trace says about a rule. A {@link Finding} is a VIOLATION or SUSPECTED. */
public enum Verdict {
  VIOLATION,
  /** Lost events overlap the evidence, or the rule can't be sure. */
  SUSPECTED,
  /** What the rule needs was not recorded, or the rule failed. Never the same as a clean trace. */
  NOT_EVALUATED,
  /** Of a whole rule only: judged, nothing found. */
  PASSED
}
