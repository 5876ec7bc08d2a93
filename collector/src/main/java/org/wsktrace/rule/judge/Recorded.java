package org.wsktrace.rule.judge;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
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
      default -> {}
    }
  }

  /** Why a rule with these needs can't be judged; empty when it can. */
  Optional<String> missing(Set<Need> needs) {
    Set<Need> absent = EnumSet.noneOf(Need.class);
    for (Need need : needs) {
      if (!seen.contains(need) && (session == null || !need.recordedIn(session.tiers()))) {
        absent.add(need);
      }
    }
    if (absent.isEmpty()) {
      return Optional.empty();
    }
    String what = absent.stream().map(Need::text).collect(Collectors.joining(" and "));
    return Optional.of(
        session == null
            ? "the trace has none of " + what + ", and no SessionInfo that says they were recorded"
            : what + " were not recorded");
  }

  /** What to do to have them recorded. */
  static String remedy(Set<Need> needs) {
    return needs.stream()
        .map(need -> String.format(Locale.ROOT, "tier %d", need.tier()))
        .collect(Collectors.joining(", ", "record with ", " on, from the load of the driver"));
  }
}
