package org.wsktrace.rule.judge;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.wsktrace.event.NtStatus;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent.OpComplete;
import org.wsktrace.event.WskEvent.OpExit;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Evidence;
import org.wsktrace.track.LiveOperation;
import org.wsktrace.track.Tracks;

/**
 * A charge whose operation may still be in flight: its evidence grows until the operation
 * completes.
 */
final class Case {
  private final Charge charge;
  private final List<Evidence> evidence;
  private final long actNanos;
  private boolean completed;
  private boolean returnedUnsettled;
  private @Nullable TimedEvent completion;

  Case(Charge charge, long actNanos) {
    this.charge = charge;
    this.evidence = new ArrayList<>(charge.evidence());
    this.actNanos = actNanos;
    LiveOperation victim = charge.victim();
    this.completed = victim == null || !victim.inFlight();
    this.returnedUnsettled = victim != null && victim.unsettled();
  }

  Charge charge() {
    return charge;
  }

  /** The operation whose events are still of interest; null when the case is complete. */
  @Nullable Long awaits() {
    LiveOperation victim = charge.victim();
    return completed || victim == null ? null : victim.opId();
  }

  /** Takes an event of the operation that the case awaits. */
  void follow(TimedEvent timed, Tracks tracks) {
    switch (timed.event()) {
      case OpExit exit -> {
        evidence.add(Evidence.of(timed, "return", tracks.drivers()));
        returnedUnsettled = exit.status() != NtStatus.PENDING;
      }
      case OpComplete _ -> {
        evidence.add(Evidence.of(timed, "complete", tracks.drivers()));
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
          .formatted(charge.title(), Durations.of(completion.nanos() - actNanos));
    }
    return completed ? charge.title() : charge.title() + "; its completion is not in the trace";
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
    return evidence.stream().mapToLong(Evidence::seq).min().orElse(charge.act());
  }
}
