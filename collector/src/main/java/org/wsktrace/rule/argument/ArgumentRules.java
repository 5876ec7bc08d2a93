package org.wsktrace.rule.argument;

import java.util.List;
import org.wsktrace.rule.Rule;

/** The rules of this subject, in the order of their ids. */
public final class ArgumentRules {
  public static final List<Rule> ALL =
      List.of(
          ReservedFlagsSet.RULE,
          WaitAllWithDrain.RULE,
          DrainIntoBuffer.RULE,
          AbortWithData.RULE,
          ConnectDataTooLong.RULE,
          ControlIrpWrong.RULE,
          SeveralCallbacksDisabled.RULE,
          ReservedVerbCalled.RULE,
          OutputSizeWithIrp.RULE,
          LookUpRefused.RULE,
          AddressFamilyMismatch.RULE);

  private ArgumentRules() {}
}
