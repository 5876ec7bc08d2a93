package org.wsktrace.rule.judge;

import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.wsktrace.event.WskEvent;
import org.wsktrace.event.WskEvent.SessionInfo;
import org.wsktrace.rule.Need;

/** What was recorded: as SessionInfo says, or as its events show. */
final class Recorded {
  private final Set<Need> seen = EnumSet.noneOf(Need.class);
  private @Nullable SessionInfo session;

  void event(WskEvent event) {
    switch (event) {
      case SessionInfo info -> session = info;
      case WskEvent.CallEnter _, WskEvent.OpExit _, WskEvent.OpComplete _ -> seen.add(Need.CALLS);
      case WskEvent.IrpBirth _, WskEvent.IrpReuse _, WskEvent.IrpFree _ -> seen.add(Need.IRP_CALLS);
      case WskEvent.MdlBirth _, WskEvent.MdlCall _ -> seen.add(Need.MDL_CALLS);
      case WskEvent.PoolBlock _ -> seen.add(Need.POOL_CALLS);
      case WskEvent.WaitEnter _ -> seen.add(Need.WAITS);
      case WskEvent.OpPayloadHash _ -> seen.add(Need.HASHES);
      default -> {}
    }
  }

  /** What of these needs was not recorded, as far as the trace tells. */
  Set<Need> missing(Set<Need> needs) {
    Set<Need> absent = EnumSet.noneOf(Need.class);
    for (Need need : needs) {
      if (!seen.contains(need) && (session == null || !need.recordedIn(session.tiers()))) {
        absent.add(need);
      }
    }
    return absent;
  }

  /** Why a rule that needs these can't be judged. */
  String reason(Set<Need> absent) {
    String what = absent.stream().map(Need::text).collect(Collectors.joining(" and "));
    return session == null
        ? "the trace has none of " + what + ", and no SessionInfo that says they were recorded"
        : what + " were not recorded";
  }

  /** What to do to have them recorded. */
  String remedy(Set<Need> absent) {
    return absent.stream()
        .map(need -> "tier " + need.tier())
        .collect(Collectors.joining(" and ", "record with ", " on, from the load of the driver"));
  }
}
