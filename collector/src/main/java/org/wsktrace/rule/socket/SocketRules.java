package org.wsktrace.rule.socket;

import java.util.List;
import org.wsktrace.rule.Rule;

/** The rules of this subject, in the order of their ids. */
public final class SocketRules {
  public static final List<Rule> ALL =
      List.of(
          SocketUsedAfterClose.RULE,
          SocketClosedInCall.RULE,
          SocketClosedTwice.RULE,
          CallOnNoSocket.RULE,
          SocketLeaked.RULE,
          CalledTooEarly.RULE,
          VerbOfOtherCategory.RULE,
          BoundTwice.RULE,
          StreamRoleConflict.RULE,
          DataAfterDisconnect.RULE,
          DeadSocketKept.RULE,
          ClosedWithDataUnsent.RULE,
          PeerCloseIgnored.RULE,
          SocketOfFailedCreate.RULE,
          ContextFreedBeforeClose.RULE,
          SilentSocketUsed.RULE,
          DisconnectStuck.RULE,
          OptionAtWrongTime.RULE,
          DestinationMissing.RULE,
          EndlessWait.RULE,
          ListenerNotAccepting.RULE);

  private SocketRules() {}
}
