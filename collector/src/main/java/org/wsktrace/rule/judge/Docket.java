package org.wsktrace.rule.judge;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.rule.CallSite;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Confidence;
import org.wsktrace.rule.Finding;
import org.wsktrace.rule.RuleInfo;
import org.wsktrace.rule.Severity;
import org.wsktrace.rule.Verdict;
import org.wsktrace.track.DriverTracker;
import org.wsktrace.track.LiveOperation;

/**
 * The charges of a trial, by rule and call site. Bounded: of one fingerprint some are kept and all
 * are counted.
 */
final class Docket {
  /**
   * So many charges of one fingerprint are followed: the first may be doubtful where a later one is
   * proved.
   */
  private static final int KEPT = 8;

  private static final int MAX_FINGERPRINTS = 10_000;

  /** A rule and the call that it blames. */
  private record Key(RuleInfo rule, CallSite where) {}

  /** All charges of one fingerprint. */
  private static final class Entry {
    final List<Case> cases = new ArrayList<>(1);
    long counted;
  }

  private final Map<Key, Entry> entries = new LinkedHashMap<>();
  private final Map<Long, List<Case>> awaiting = new HashMap<>();
  private long overflow;

  /**
   * @throws IllegalArgumentException where the charge does not fill the title
   */
  void charge(RuleInfo rule, Charge charge, DriverTracker drivers) {
    CallSite where =
        charge.where() != null ? charge.where() : CallSite.of(charge.call().event(), drivers);
    var key = new Key(rule, where);
    Entry entry = entries.get(key);
    if (entry == null) {
      if (entries.size() == MAX_FINGERPRINTS) {
        overflow++;
        return;
      }
      entry = new Entry();
      entries.put(key, entry);
    }
    if (entry.cases.size() == KEPT && !makeRoom(entry, Case.severity(rule, charge))) {
      boolean surely = charge.victim() == null || !charge.victim().unsettled();
      entry.counted += surely ? 1 : 0;
      return;
    }
    var opened = new Case(rule, charge, where, drivers);
    entry.cases.add(opened);
    Long opId = opened.awaits();
    if (opId != null) {
      awaiting.computeIfAbsent(opId, _ -> new ArrayList<>(1)).add(opened);
    }
  }

  /**
   * Drops a case that does not hold as things stand, so that such cases never crowd out a proved
   * one; or one that matters less.
   */
  private boolean makeRoom(Entry entry, Severity severity) {
    for (Case open : entry.cases) {
      boolean milder = open.severity().compareTo(severity) > 0;
      if (!open.holds() || milder) {
        entry.counted += open.holds() ? 1 : 0;
        entry.cases.remove(open);
        Long opId = open.awaits();
        if (opId != null && awaiting.containsKey(opId)) {
          awaiting.get(opId).remove(open);
        }
        return true;
      }
    }
    return false;
  }

  /** Gives an event to the cases that await its operation. */
  void follow(TimedEvent timed, DriverTracker drivers) {
    if (awaiting.isEmpty()) {
      return;
    }
    long opId = timed.event().header().opId();
    List<Case> cases = awaiting.get(opId);
    if (cases != null) {
      cases.forEach(open -> open.follow(timed, drivers));
      cases.removeIf(open -> open.awaits() == null);
      if (cases.isEmpty()) {
        awaiting.remove(opId);
      }
    }
  }

  /** Charges that were not even counted, as there were too many different ones. */
  long overflow() {
    return overflow;
  }

  /** As things stand, in the order of their first charges. */
  List<Finding> findings(Losses lost) {
    return entries.entrySet().stream()
        .flatMap(entry -> finding(entry.getKey(), entry.getValue(), lost).stream())
        .toList();
  }

  /**
   * The worst charge speaks for all of its fingerprint; of these the first proved one, or the first
   * suspected one.
   */
  private static Optional<Finding> finding(Key key, Entry entry, Losses lost) {
    List<Case> cases = entry.cases.stream().filter(Case::holds).toList();
    RuleInfo rule = key.rule;
    return cases.stream()
        .min(
            Comparator.comparing((Case open) -> open.severity())
                .thenComparing(open -> !doubt(rule, open, lost).isEmpty()))
        .map(
            speaker ->
                finding(key, speaker, doubt(rule, speaker, lost), cases.size() + entry.counted));
  }

  private static Finding finding(Key key, Case speaker, String doubt, long count) {
    return new Finding(
        key.rule,
        speaker.severity(),
        doubt.isEmpty() ? Verdict.VIOLATION : Verdict.SUSPECTED,
        speaker.title(),
        speaker.charge().quantities(),
        doubt,
        key.where,
        speaker.evidence(),
        Finding.fingerprint(key.rule, key.where),
        opId(speaker.charge().victim()),
        count);
  }

  private static String doubt(RuleInfo rule, Case open, Losses lost) {
    if (!open.charge().doubt().isEmpty()) {
      return open.charge().doubt();
    }
    if (rule.confidence() == Confidence.HEURISTIC) {
      return "the rule can't be sure";
    }
    return rule.needs().isEmpty() ? "" : lost.doubt(open);
  }

  private static @Nullable Long opId(@Nullable LiveOperation victim) {
    return victim == null ? null : victim.opId();
  }
}
