package org.wsktrace.rule.performance;

import java.util.List;
import org.wsktrace.rule.Rule;

/** The rules of this subject, in the order of their ids. */
public final class PerformanceRules {
  public static final List<Rule> ALL =
      List.of(
          SmallSends.RULE,
          StopAndWait.RULE,
          SendsPileUp.RULE,
          PipeStarved.RULE,
          SendPendsLong.RULE,
          DelayedAcknowledgement.RULE,
          ReceiveGap.RULE,
          TwoReceivesPerMessage.RULE,
          LongMdlChain.RULE,
          IrpPerOperation.RULE,
          DynamicCallbacks.RULE,
          LockPerSmallBuffer.RULE,
          SendToLoop.RULE,
          SynchronousWrapper.RULE);

  private PerformanceRules() {}
}
