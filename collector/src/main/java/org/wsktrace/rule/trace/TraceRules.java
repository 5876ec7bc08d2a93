package org.wsktrace.rule.trace;

import java.util.List;
import org.wsktrace.rule.Rule;

/** The rules of this subject, in the order of their ids. */
public final class TraceRules {
  public static final List<Rule> ALL =
      List.of(
          EventsMissing.RULE,
          EntersMissing.RULE,
          CaptureBeganLate.RULE,
          CompletionMissing.RULE,
          ClockGoesBack.RULE,
          CompletionNotFollowed.RULE);

  private TraceRules() {}
}
