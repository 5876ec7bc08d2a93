package org.wsktrace.rule.socket;

import java.util.List;
import org.wsktrace.rule.Rule;

/** The rules of this subject, in the order of their ids. */
public final class SocketRules {
  public static final List<Rule> ALL = List.of(SocketClosedTwice.RULE, SocketLeaked.RULE);

  private SocketRules() {}
}
