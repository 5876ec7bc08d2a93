package org.wsktrace.rule.context;

import java.util.List;
import org.wsktrace.rule.Rule;

/** The rules of this subject, in the order of their ids. */
public final class ContextRules {
  public static final List<Rule> ALL =
      List.of(
          WrongIrql.RULE,
          WaitAtDispatch.RULE,
          WaitInRoutine.RULE,
          CallInCompletion.RULE,
          CompletionUnderLock.RULE,
          RoutineTooLong.RULE,
          IrqlChanged.RULE,
          UserModeWaitOnStack.RULE,
          UnloadedInUse.RULE);

  private ContextRules() {}
}
