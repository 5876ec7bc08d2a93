package org.wsktrace.rule;

/** One thing that a WSK client must or must not do. */
public interface Rule {
  RuleInfo info();
}
