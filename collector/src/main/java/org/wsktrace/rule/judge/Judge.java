package org.wsktrace.rule.judge;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.wsktrace.event.EventHeader;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent.EventsLost;
import org.wsktrace.event.WskEvent.Heartbeat;
import org.wsktrace.event.WskEvent.InDriverFinding;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Finding;
import org.wsktrace.rule.Need;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.RuleInfo;
import org.wsktrace.rule.Setting;
import org.wsktrace.rule.Settings;
import org.wsktrace.rule.Verdict;
import org.wsktrace.track.Tracks;
import org.wsktrace.track.fact.Fact;
import org.wsktrace.track.fact.FactSink;
import org.wsktrace.track.fact.Loss;

/**
 * Judges one trace, or a stream that never ends. Feed it events in the order of their seq, and each
 * loss before the first event behind it. EventsLost events are losses by themselves. {@link
 * #report} says how things stand, at any time; {@link #end} once, where there is an end. Facts go
 * to the sink as they become final, the rest in {@link #end}. One thread.
 */
public final class Judge {
  /** What is late is looked for so often, in nanoseconds of the trace. */
  public static final long TICK_NANOS = 100_000_000;

  /** What is cheap enough to be advised to everybody; hashes read all that is sent. */
  private static final Set<Need> EVERY_DAY =
      Set.copyOf(EnumSet.complementOf(EnumSet.of(Need.HASHES)));

  private static final TimedEvent NOTHING =
      new TimedEvent(
          new Heartbeat(new EventHeader(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), 0, 0, 0, 0, 0, 0), 0);

  private final List<Seat> seats;
  private final Settings settings;
  private final FactSink facts;
  private final Tracks tracks;
  private final Ears ears = new Ears();
  private final Docket docket = new Docket();
  private final DriverWord driverWord = new DriverWord();
  private final Recorded recorded = new Recorded();
  private final Losses lost = new Losses();
  private TimedEvent newest = NOTHING;
  private boolean begun;
  private long lastTick;

  public Judge(List<Rule> rules, Settings settings, FactSink facts) {
    this.settings = settings;
    this.facts = facts;
    this.tracks = new Tracks(this::fact);
    var bench = new SharedBench();
    this.seats = rules.stream().map(rule -> new Seat(rule, bench)).toList();
    seats.forEach(Seat::start);
  }

  private final class SharedBench implements Seat.Bench {
    @Override
    public TimedEvent newest() {
      return newest;
    }

    @Override
    public Tracks tracks() {
      return tracks;
    }

    @Override
    public Ears ears() {
      return ears;
    }

    @Override
    public long value(Setting setting) {
      return settings.value(setting);
    }

    @Override
    public void charge(Rule rule, Charge charge) {
      docket.charge(rule.info(), charge, tracks.drivers());
    }
  }

  public void event(TimedEvent timed) {
    if (timed.nanos() - lastTick >= TICK_NANOS) {
      lastTick = timed.nanos();
      seats.forEach(Seat::tick);
    }
    if (!begun) {
      begun = true;
      lost.begin(timed.seq());
    }
    newest = timed;
    recorded.event(timed.event());
    switch (timed.event()) {
      case EventsLost event ->
          loss(
              new Loss(
                  event.firstSeq(),
                  Math.max(event.firstSeq(), event.lastSeq()),
                  Math.max(1, event.count()),
                  Loss.Reason.of(event.reason())));
      case InDriverFinding found -> driverFound(timed, found);
      default -> {}
    }
    tracks.meet(timed);
    ears.hear(timed.event());
    tracks.apply(timed);
    docket.follow(timed, tracks.drivers());
  }

  /** Events are missing. */
  public void loss(Loss loss) {
    facts.accept(loss);
    heed(loss);
  }

  /** How things stand. */
  public JudgeReport report() {
    List<Finding> findings = new ArrayList<>(docket.findings(lost));
    Set<String> known = findings.stream().map(Finding::fingerprint).collect(Collectors.toSet());
    findings.addAll(driverWord.findingsBut(known));
    findings.sort(Comparator.comparing(Finding::severity).thenComparingLong(Finding::firstSeq));
    Set<Need> lacking = recorded.missing(EVERY_DAY);
    return new JudgeReport(
        findings, seats.stream().map(seat -> coverage(seat, findings, lacking)).toList());
  }

  /** The end of the trace. */
  public JudgeReport end() {
    seats.forEach(Seat::tick);
    seats.forEach(Seat::end);
    tracks.end();
    return report();
  }

  private void driverFound(TimedEvent timed, InDriverFinding found) {
    String id = DriverWord.idOf(found);
    for (Seat seat : seats) {
      if (seat.rule().info().isNamed(id)) {
        driverWord.hear(timed, seat.rule().info(), tracks.drivers());
      }
    }
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
    seats.forEach(seat -> seat.loss(loss));
  }

  /**
   * @param lacking what all rules together lack, so that they have one remedy
   */
  private Coverage coverage(Seat seat, List<Finding> findings, Set<Need> lacking) {
    RuleInfo info = seat.rule().info();
    String failure = seat.failure();
    if (failure != null) {
      return new Coverage(
          info,
          Verdict.NOT_EVALUATED,
          "error in rule: " + failure,
          "report it to the makers of wsktrace, with the trace if you can");
    }
    List<Verdict> verdicts =
        findings.stream()
            .filter(finding -> finding.rule().equals(info))
            .map(Finding::verdict)
            .toList();
    if (!verdicts.isEmpty()) {
      boolean proved = verdicts.contains(Verdict.VIOLATION);
      return new Coverage(info, proved ? Verdict.VIOLATION : Verdict.SUSPECTED, "", "");
    }
    Set<Need> missing = recorded.missing(info.needs());
    if (missing.isEmpty()) {
      return new Coverage(info, Verdict.PASSED, "", "");
    }
    Set<Need> all = EnumSet.copyOf(missing);
    all.addAll(lacking);
    return new Coverage(
        info, Verdict.NOT_EVALUATED, recorded.reason(missing), recorded.remedy(all));
  }
}
