package org.wsktrace.rule;

/** What the misuse does to the machine. */
public enum Effect {
  BUGCHECK,
  CORRUPTION,
  LEAK,
  HANG,
  PERFORMANCE,
  SEMANTICS
}
