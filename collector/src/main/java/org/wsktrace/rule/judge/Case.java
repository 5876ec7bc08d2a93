package org.wsktrace.rule.judge;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.wsktrace.event.NtStatus;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent.OpComplete;
import org.wsktrace.event.WskEvent.OpExit;
import org.wsktrace.rule.CallSite;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Durations;
import org.wsktrace.rule.Evidence;
import org.wsktrace.rule.RuleInfo;
import org.wsktrace.rule.Severity;
import org.wsktrace.rule.Title;
import org.wsktrace.track.DriverTracker;
import org.wsktrace.track.LiveOperation;

/**
 * A charge whose operation may still be in flight: its evidence grows until the operation
 * completes.
 */
final class Case {
  private final Charge charge;
  private final CallSite where;
  private final Severity severity;
  private final String title;
  private final List<Evidence> evidence;
  private boolean completed;
  private boolean returnedUnsettled;
  private @Nullable TimedEvent completion;

  /**
   * @throws IllegalArgumentException where the charge does not fill the title
   */
  Case(RuleInfo rule, Charge charge, CallSite where, DriverTracker drivers) {
    this.charge = charge;
    this.where = where;
    this.severity = severity(rule, charge);
    this.title =
        Title.of(
            charge.template().isEmpty() ? rule.title() : charge.template(), charge.quantities());
    this.evidence = new ArrayList<>(charge.exhibits().size() + 2);
    charge.exhibits().forEach(exhibit -> evidence.add(Evidence.of(exhibit, drivers)));
    LiveOperation victim = charge.victim();
    this.completed = victim == null || !victim.inFlight();
    this.returnedUnsettled = victim != null && victim.unsettled();
  }

  static Severity severity(RuleInfo rule, Charge charge) {
    return Objects.requireNonNullElse(charge.severity(), rule.severity());
  }

  Charge charge() {
    return charge;
  }

  CallSite where() {
    return where;
  }

  Severity severity() {
    return severity;
  }

  /** The operation whose events are still of interest; null when the case is complete. */
  @Nullable Long awaits() {
    LiveOperation victim = charge.victim();
    return completed || victim == null ? null : victim.opId();
  }

  /** Takes an event of the operation that the case awaits. */
  void follow(TimedEvent timed, DriverTracker drivers) {
    switch (timed.event()) {
      case OpExit exit -> {
        evidence.add(Evidence.of(timed, "return", drivers));
        returnedUnsettled = exit.status() != NtStatus.PENDING;
      }
      case OpComplete _ -> {
        evidence.add(Evidence.of(timed, "complete", drivers));
        completion = timed;
        completed = true;
      }
      default -> {}
    }
  }

  /** True as well when there is no operation. */
  boolean sawCompletion() {
    return completed;
  }

  /** False when the operation turned out not to have been in flight. */
  boolean holds() {
    return completed || !returnedUnsettled;
  }

  String title() {
    if (completion != null) {
      return "%s, %s before it completed"
          .formatted(title, Durations.of(completion.nanos() - charge.act().nanos()));
    }
    return completed ? title : title + "; its completion is not in the trace";
  }

  /** In the order of the trace. */
  List<Evidence> evidence() {
    return evidence.stream().sorted(Comparator.comparingLong(Evidence::seq)).toList();
  }

  /**
   * The first event that the charge rests on. What is missing behind the act can't change that it
   * happened.
   */
  long firstSeq() {
    long shown = charge.act().seq();
    for (Evidence event : evidence) {
      shown = Math.min(shown, event.seq());
    }
    return Math.min(shown, charge.since());
  }
}
