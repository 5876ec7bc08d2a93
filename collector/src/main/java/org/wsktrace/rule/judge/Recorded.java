package org.wsktrace.rule.judge;

import java.util.EnumSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.wsktrace.event.WskEvent;
import org.wsktrace.event.WskEvent.SessionInfo;
import org.wsktrace.rule.Need;
import org.wsktrace.track.DriverTracker;

/** What was recorded, of which drivers: as SessionInfo says, or as its events show. */
final class Recorded {
  /** Of more drivers than these a remedy names none. */
  private static final int MAX_NAMED = 3;

  private final Set<String> drivers = new TreeSet<>();
  private final Set<Need> seen = EnumSet.noneOf(Need.class);
  private @Nullable SessionInfo session;

  void event(WskEvent event) {
    switch (event) {
      case SessionInfo info -> session = info;
      case WskEvent.DriverLoad load -> {
        if (drivers.size() <= MAX_NAMED) {
          drivers.add(DriverTracker.fileName(load.name()));
        }
      }
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

  /** What to do to have them recorded, beside all that was. */
  String remedy(Set<Need> absent) {
    Set<Need> all = EnumSet.copyOf(absent);
    for (Need need : Need.values()) {
      if (seen.contains(need) || (session != null && need.recordedIn(session.tiers()))) {
        all.add(need);
      }
    }
    String words =
        all.stream()
            .map(Need::word)
            .filter(word -> !word.isEmpty())
            .collect(Collectors.joining(","));
    String tiers = words.isEmpty() ? "" : "=" + words;
    boolean named = !drivers.isEmpty() && drivers.size() <= MAX_NAMED;
    return (named ? drivers : Set.of("yours.sys"))
        .stream()
            .map(driver -> driver.indexOf(' ') < 0 ? driver + tiers : '"' + driver + tiers + '"')
            .collect(
                Collectors.joining(
                    " ", "record again, after 'wskctl targets ", "' and before the driver loads"));
  }
}
