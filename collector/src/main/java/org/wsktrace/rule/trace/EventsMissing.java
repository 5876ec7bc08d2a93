package org.wsktrace.rule.trace;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.rule.CallSite;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Confidence;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Evidence;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.RuleInfo;
import org.wsktrace.rule.Severity;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.fact.Loss;

/**
 * Events are missing. One finding for the whole trace, with its first losses as evidence. A gap in
 * the numbers and the recorder's own word for it are one place.
 */
public final class EventsMissing implements Rule {
  private static final int SHOWN = 8;

  private static final RuleInfo INFO =
      new RuleInfo(
          "WSK-TRC-001",
          "Events missing",
          "trace",
          Severity.WARNING,
          Effect.SEMANTICS,
          Confidence.PROVED,
          Set.of(),
          "Misuse in the missing part is not found, and what seems wrong around it may have an explanation there: findings whose"
              + " evidence it overlaps are only suspected.",
          "Nothing in the driver.",
          "Record again with a bigger ring or more ETW buffers, or fewer keywords.",
          "https://learn.microsoft.com/windows/win32/api/evntrace/ns-evntrace-event_trace_properties");

  private final LostRanges ranges = new LostRanges();
  private final NavigableMap<Long, Evidence> first = new TreeMap<>();
  private long places;
  private long missing;
  private long unfollowed;

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void judge(TimedEvent event, Trial trial) {}

  @Override
  public void loss(Loss loss, Trial trial) {
    if (loss.reason() == Loss.Reason.NO_SLOT || loss.reason() == Loss.Reason.TOO_MANY_OPERATIONS) {
      unfollowed += loss.count();
      show(
          loss,
          loss.count() == 1
              ? "the completion of a call"
              : "the completions of %d calls".formatted(loss.count()),
          trial);
      return;
    }
    boolean known = ranges.overlap(loss.firstMissingSeq(), loss.lastMissingSeq());
    ranges.add(loss);
    if (!known) {
      places++;
      missing += loss.count();
    }
    show(loss, range(loss), trial);
  }

  @Override
  public void end(Trial trial) {
    List<String> parts = new ArrayList<>();
    if (missing > 0) {
      String events = missing == 1 ? "1 event" : "%d events".formatted(missing);
      parts.add(places == 1 ? events : "%s in %d places".formatted(events, places));
    }
    if (unfollowed > 0) {
      parts.add(unfollowed == 1 ? "1 completion" : "%d completions".formatted(unfollowed));
    }
    if (!parts.isEmpty()) {
      String title = "Missing from the trace: " + String.join(" and ", parts);
      long act = first.firstKey();
      trial.charge(
          new Charge(title, act, new CallSite("trace", 0), List.copyOf(first.values()), null, ""));
    }
  }

  /**
   * Of two words for one place, the later one: the recorder's comes after the gap and knows the
   * reason.
   */
  private void show(Loss loss, String what, Trial trial) {
    if (first.size() < SHOWN || first.containsKey(loss.firstMissingSeq())) {
      String text = what + ": " + loss.reason().text();
      first.put(
          loss.firstMissingSeq(),
          new Evidence(loss.firstMissingSeq(), trial.nanos(), 0, 0, "missing", text));
    }
  }

  private static String range(Loss loss) {
    if (loss.lastMissingSeq() == Long.MAX_VALUE) {
      return "events from %d on".formatted(loss.firstMissingSeq());
    }
    return loss.firstMissingSeq() == loss.lastMissingSeq()
        ? "event %d".formatted(loss.firstMissingSeq())
        : "events %d to %d".formatted(loss.firstMissingSeq(), loss.lastMissingSeq());
  }
}
