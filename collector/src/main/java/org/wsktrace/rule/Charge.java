package org.wsktrace.rule;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.track.LiveOperation;
import org.wsktrace.track.Tracks;

/**
 * What a rule holds against a driver at the moment of the act. It becomes a {@link Finding} when
 * the trial is over.
 *
 * @param title one sentence with the numbers filled in; with a victim, how long after the act that
 *     completed is added to it
 * @param act number of the event that broke the contract
 * @param where the call that is blamed
 * @param evidence so far
 * @param victim the operation that was harmed. The charge is dropped when it turns out that it was
 *     not in flight: that its call returned something else than STATUS_PENDING and it never
 *     completed
 * @param doubt why it is only suspected, or empty
 */
public record Charge(
    String title,
    long act,
    CallSite where,
    List<Evidence> evidence,
    @Nullable LiveOperation victim,
    String doubt) {
  public Charge {
    evidence = List.copyOf(evidence);
  }

  /** An event that broke the contract, and the call that logged it. */
  public static Charge of(TimedEvent act, String role, String title, Tracks tracks) {
    return new Charge(
        title,
        act.seq(),
        CallSite.of(act.event().header(), tracks.drivers()),
        List.of(Evidence.of(act, role, tracks.drivers())),
        null,
        "");
  }

  /** Adds what is known of the operation that was harmed: its enter, its return, its completion. */
  public Charge against(LiveOperation operation, Tracks tracks) {
    return with(operation.enter(), "enter", tracks)
        .with(operation.exit(), "return", tracks)
        .with(operation.completion(), "complete", tracks)
        .harming(operation);
  }

  /** Adds an event to the evidence, unless it is null. */
  public Charge with(@Nullable TimedEvent event, String role, Tracks tracks) {
    if (event == null) {
      return this;
    }
    var more = new ArrayList<>(evidence);
    more.add(Evidence.of(event, role, tracks.drivers()));
    return new Charge(title, act, where, more, victim, doubt);
  }

  /** Blames the call of another event than the act. */
  public Charge blaming(TimedEvent call, Tracks tracks) {
    return new Charge(
        title, act, CallSite.of(call.event().header(), tracks.drivers()), evidence, victim, doubt);
  }

  public Charge doubted(String why) {
    return new Charge(title, act, where, evidence, victim, why);
  }

  private Charge harming(LiveOperation operation) {
    return new Charge(title, act, where, evidence, operation, doubt);
  }
}
