package org.wsktrace.rule.judge;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.wsktrace.event.EventHeader;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Confidence;
import org.wsktrace.rule.Finding;
import org.wsktrace.rule.RuleInfo;
import org.wsktrace.rule.Verdict;
import org.wsktrace.track.LiveOperation;
import org.wsktrace.track.Tracks;

/**
 * The charges of a trial, by fingerprint. Bounded: of one fingerprint some are kept and all are
 * counted.
 */
final class Docket {
  /**
   * So many charges of one fingerprint are followed: the first may be doubtful where a later one is
   * proved.
   */
  private static final int KEPT = 8;

  private static final int MAX_FINGERPRINTS = 10_000;

  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final Map<Long, List<Case>> awaiting = new HashMap<>();
  private long overflow;

  /** All charges of one fingerprint. */
  private static final class Entry {
    final RuleInfo rule;
    final List<Case> cases = new ArrayList<>();
    long counted;

    Entry(RuleInfo rule) {
      this.rule = rule;
    }
  }

  void charge(RuleInfo rule, Charge charge, long nanos) {
    String fingerprint = fingerprint(rule, charge);
    Entry entry = entries.get(fingerprint);
    if (entry == null) {
      if (entries.size() == MAX_FINGERPRINTS) {
        overflow++;
        return;
      }
      entry = new Entry(rule);
      entries.put(fingerprint, entry);
    }
    if (entry.cases.size() == KEPT && !makeRoom(entry)) {
      boolean surely = charge.victim() == null || !charge.victim().unsettled();
      entry.counted += surely ? 1 : 0;
      return;
    }
    var opened = new Case(charge, nanos);
    entry.cases.add(opened);
    Long opId = opened.awaits();
    if (opId != null) {
      awaiting.computeIfAbsent(opId, _ -> new ArrayList<>(1)).add(opened);
    }
  }

  /**
   * Drops a case that does not hold as things stand, so that such cases never crowd out a proved
   * one.
   */
  private boolean makeRoom(Entry entry) {
    for (Case open : entry.cases) {
      if (!open.holds()) {
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
  void follow(TimedEvent timed, Tracks tracks) {
    if (awaiting.isEmpty()) {
      return;
    }
    EventHeader header = timed.event().header();
    List<Case> cases = awaiting.get(header.opId());
    if (cases != null) {
      cases.forEach(open -> open.follow(timed, tracks));
      cases.removeIf(open -> open.awaits() == null);
      if (cases.isEmpty()) {
        awaiting.remove(header.opId());
      }
    }
  }

  /** Charges that were not even counted, as there were too many different ones. */
  long overflow() {
    return overflow;
  }

  List<Finding> findings(Losses lost) {
    return entries.entrySet().stream()
        .flatMap(entry -> finding(entry.getKey(), entry.getValue(), lost))
        .sorted(
            Comparator.comparing((Finding finding) -> finding.rule().severity())
                .thenComparingLong(Finding::firstSeq))
        .toList();
  }

  /** The first proved charge speaks for all of its fingerprint, or the first suspected one. */
  private static Stream<Finding> finding(String fingerprint, Entry entry, Losses lost) {
    List<Case> cases = entry.cases.stream().filter(Case::holds).toList();
    if (cases.isEmpty()) {
      return Stream.empty();
    }
    Case speaker =
        cases.stream()
            .filter(open -> doubt(entry.rule, open, lost).isEmpty())
            .findFirst()
            .orElse(cases.getFirst());
    String doubt = doubt(entry.rule, speaker, lost);
    return Stream.of(
        new Finding(
            entry.rule,
            doubt.isEmpty() ? Verdict.VIOLATION : Verdict.SUSPECTED,
            speaker.title(),
            doubt,
            speaker.charge().where(),
            speaker.evidence(),
            fingerprint,
            opId(speaker.charge().victim()),
            cases.size() + entry.counted));
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

  private static String fingerprint(RuleInfo rule, Charge charge) {
    return rule.id() + "@" + charge.where().toString().toLowerCase(Locale.ROOT);
  }
}
