package org.wsktrace.rule.buffer;

import java.util.List;
import org.wsktrace.rule.Rule;

/** The rules of this subject, in the order of their ids. */
public final class BufferRules {
  public static final List<Rule> ALL =
      List.of(
          MdlFreedInFlight.RULE,
          BufferFreedInFlight.RULE,
          PagesUnlockedInFlight.RULE,
          PagesNotLocked.RULE,
          BufferBeyondMdls.RULE,
          MdlMissing.RULE,
          MdlChangedInFlight.RULE,
          MemoryReceivedTwice.RULE,
          PayloadChangedInFlight.RULE,
          StackMemoryInFlight.RULE,
          PagesNeverUnlocked.RULE,
          LockUnbalanced.RULE,
          MdlLeaked.RULE,
          LockedForWrongDirection.RULE,
          ArgumentGoneInFlight.RULE,
          ListNodeFreedInFlight.RULE,
          LockedAtHighIrql.RULE,
          ArgumentPageable.RULE,
          UserMemoryUnlocked.RULE);

  private BufferRules() {}
}
