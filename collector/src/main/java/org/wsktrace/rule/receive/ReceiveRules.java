package org.wsktrace.rule.receive;

import java.util.List;
import org.wsktrace.rule.Rule;

/** The rules of this subject, in the order of their ids. */
public final class ReceiveRules {
  public static final List<Rule> ALL =
      List.of(
          IndicationNotReleased.RULE,
          ClosedWithRetained.RULE,
          ReleasedNotRetained.RULE,
          IndicationUsedAfterRelease.RULE,
          IndicationKeptLong.RULE,
          ReleasedOnWrongSocket.RULE,
          CallbackStatusUnknown.RULE,
          AcceptedWrongly.RULE,
          ReceiveStalled.RULE,
          ReceivedBothWays.RULE,
          InspectIdNotCopied.RULE,
          InspectionProtocolBroken.RULE,
          RejectedSocketUsed.RULE,
          EnabledWithoutCallbacks.RULE,
          ContextFreedWhileDisabling.RULE,
          DatagramTruncated.RULE);

  private ReceiveRules() {}
}
