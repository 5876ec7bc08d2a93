package org.wsktrace.rule.judge;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent.EventsLost;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Finding;
import org.wsktrace.rule.Need;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.RuleInfo;
import org.wsktrace.rule.Trial;
import org.wsktrace.rule.Verdict;
import org.wsktrace.track.Tracks;
import org.wsktrace.track.fact.Fact;
import org.wsktrace.track.fact.FactSink;
import org.wsktrace.track.fact.Loss;

/**
 * Judges one trace. Feed it events in the order of their seq, and each loss before the first event
 * behind it; then {@link #end} once. EventsLost events are losses by themselves. Facts go to the
 * sink as they become final, the rest in {@link #end}. One thread.
 */
public final class Judge {
  /**
   * A rule, what it sees of the trial, and what it said when it threw: then it takes no further
   * part.
   */
  private final class Seat implements Trial {
    final Rule rule;
    @Nullable String failure;

    Seat(Rule rule) {
      this.rule = rule;
    }

    @Override
    public Tracks tracks() {
      return tracks;
    }

    @Override
    public long nanos() {
      return nanos;
    }

    @Override
    public void charge(Charge charge) {
      docket.charge(rule.info(), charge, nanos);
    }
  }

  private final List<Seat> seats;

  private final FactSink facts;
  private final Tracks tracks;
  private final Docket docket = new Docket();
  private final Recorded recorded = new Recorded();
  private final Losses lost = new Losses();
  private long nanos;

  /**
   * @param rules of a fresh {@link Catalogue#rules()}: a rule belongs to one judge
   */
  public Judge(List<Rule> rules, FactSink facts) {
    this.seats = rules.stream().map(Seat::new).toList();
    this.facts = facts;
    this.tracks = new Tracks(this::fact);
  }

  public void event(TimedEvent timed) {
    nanos = timed.nanos();
    recorded.event(timed.event());
    if (timed.event() instanceof EventsLost event) {
      loss(
          new Loss(
              event.firstSeq(),
              Math.max(event.firstSeq(), event.lastSeq()),
              Math.max(1, event.count()),
              Loss.Reason.of(event.reason())));
    }
    ask((rule, trial) -> rule.judge(timed, trial));
    tracks.apply(timed);
    docket.follow(timed, tracks);
  }

  /** Events are missing. */
  public void loss(Loss loss) {
    facts.accept(loss);
    heed(loss);
  }

  public JudgeReport end() {
    ask((rule, trial) -> rule.end(trial));
    tracks.end();
    List<Finding> findings = docket.findings(lost);
    return new JudgeReport(findings, seats.stream().map(seat -> coverage(seat, findings)).toList());
  }

  /** A loss of the trackers' own is one for the rules too. */
  private void fact(Fact fact) {
    facts.accept(fact);
    if (fact instanceof Loss loss) {
      heed(loss);
    }
  }

  private void heed(Loss loss) {
    lost.add(loss);
    ask((rule, trial) -> rule.loss(loss, trial));
  }

  private interface Question {
    void put(Rule rule, Trial trial);
  }

  private void ask(Question question) {
    for (Seat seat : seats) {
      if (seat.failure == null) {
        try {
          question.put(seat.rule, seat);
        } catch (RuntimeException e) {
          seat.failure = e.toString();
        }
      }
    }
  }

  private Coverage coverage(Seat seat, List<Finding> findings) {
    RuleInfo info = seat.rule.info();
    if (seat.failure != null) {
      return new Coverage(
          info,
          Verdict.NOT_EVALUATED,
          "error in rule: " + seat.failure,
          "report it to the makers of wsktrace, with the trace if you can");
    }
    List<Verdict> verdicts =
        findings.stream()
            .filter(finding -> finding.rule().id().equals(info.id()))
            .map(Finding::verdict)
            .toList();
    if (!verdicts.isEmpty()) {
      boolean proved = verdicts.contains(Verdict.VIOLATION);
      return new Coverage(info, proved ? Verdict.VIOLATION : Verdict.SUSPECTED, "", "");
    }
    Set<Need> missing = recorded.missing(info.needs());
    return missing.isEmpty()
        ? new Coverage(info, Verdict.PASSED, "", "")
        : new Coverage(
            info, Verdict.NOT_EVALUATED, recorded.reason(missing), recorded.remedy(missing));
  }
}
