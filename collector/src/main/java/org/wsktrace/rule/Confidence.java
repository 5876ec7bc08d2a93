package org.wsktrace.rule;

/** How sure a rule can be at best, from a trace without loss. */
public enum Confidence {
  /** The order of events alone proves it. */
  PROVED,
  STRONG,
  HEURISTIC
}
