package org.wsktrace.rule.trace;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.wsktrace.event.EventHeader;
import org.wsktrace.event.LossReason;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent.EventsLost;
import org.wsktrace.rule.CallSite;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Charge.Exhibit;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.fact.Loss;

/**
 * Events are missing. One finding for the whole trace, with its first losses as evidence. A gap in
 * the numbers and the recorder's own word for it are one place.
 */
public final class EventsMissing {
  public static final Rule RULE =
      Rule.declare("WSK-TRC-001", "Events missing")
          .warning(Effect.SEMANTICS)
          .proved()
          .needs()
          .title("Missing from the trace: {what}")
          .why(
              "Misuse in the missing part is not found, and what seems wrong around it may have an explanation there: findings whose"
                  + " evidence it overlaps are only suspected.")
          .fix("Nothing in the driver.")
          .recordNext("Record again with a bigger ring or more ETW buffers, or fewer keywords.")
          .source("windows/win32/api/evntrace/ns-evntrace-event_trace_properties")
          .judgedBy(EventsMissing::new);

  private static final int SHOWN = 8;

  private final Trial trial;
  private final LostRanges ranges = new LostRanges();

  /** The first places, each with its words, by the number of the first event that is missing. */
  private final NavigableMap<Long, Exhibit> first = new TreeMap<>();

  private long places;
  private long missing;
  private long unfollowed;

  private EventsMissing(Trial trial) {
    this.trial = trial;
    trial.onLoss(this::lost);
    trial.onEnd(this::end);
  }

  private void lost(Loss loss) {
    if (loss.reason() == Loss.Reason.NO_SLOT || loss.reason() == Loss.Reason.TOO_MANY_OPERATIONS) {
      unfollowed += loss.count();
      show(
          loss,
          loss.count() == 1
              ? "the completion of a call"
              : "the completions of %d calls".formatted(loss.count()));
      return;
    }
    boolean known = ranges.overlap(loss.firstMissingSeq(), loss.lastMissingSeq());
    ranges.add(loss);
    if (!known) {
      places++;
      missing += loss.count();
    }
    show(loss, range(loss));
  }

  private void end() {
    List<String> parts = new ArrayList<>();
    if (missing > 0) {
      String events = missing == 1 ? "1 event" : "%d events".formatted(missing);
      parts.add(places == 1 ? events : "%s in %d places".formatted(events, places));
    }
    if (unfollowed > 0) {
      parts.add(unfollowed == 1 ? "1 completion" : "%d completions".formatted(unfollowed));
    }
    if (!parts.isEmpty()) {
      Charge charge =
          Charge.late(first.firstEntry().getValue().event())
              .at(new CallSite("trace", 0))
              .words("what", String.join(" and ", parts));
      for (Exhibit place : first.values()) {
        charge = charge.with(place.event(), place.role(), place.text());
      }
      trial.charge(charge);
    }
  }

  /**
   * Of two words for one place, the later one: the recorder's comes after the gap and knows the
   * reason.
   */
  private void show(Loss loss, String what) {
    if (first.size() < SHOWN || first.containsKey(loss.firstMissingSeq())) {
      first.put(
          loss.firstMissingSeq(),
          new Exhibit(place(loss), "missing", what + ": " + loss.reason().text()));
    }
  }

  /** An event to stand where the first one is missing. */
  private TimedEvent place(Loss loss) {
    var header = new EventHeader(loss.firstMissingSeq(), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    return new TimedEvent(
        new EventsLost(
            header,
            loss.count(),
            loss.firstMissingSeq(),
            loss.lastMissingSeq(),
            LossReason.UNKNOWN),
        trial.nanos());
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
