package org.wsktrace.rule;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.track.LiveOperation;

/**
 * What a rule holds against a driver at the moment of the act. It becomes a {@link Finding} when
 * the trial is over.
 *
 * @param act the event that broke the contract; for what is late, the newest one
 * @param call the event whose call is blamed
 * @param where what is blamed instead of a call, mostly null
 * @param exhibits the evidence so far
 * @param template of the title, where it is not the rule's; mostly empty
 * @param quantities what fills the title, by name
 * @param victim the operation that was harmed. The charge is dropped when it turns out that it was
 *     not in flight: that its call returned something else than STATUS_PENDING and it never
 *     completed. The title says how long after the act it completed
 * @param since number of the first event that it rests on, where that is before all evidence
 * @param severity where it is not the one of the rule
 * @param doubt why it is only suspected, or empty
 */
public record Charge(
    TimedEvent act,
    TimedEvent call,
    @Nullable CallSite where,
    List<Exhibit> exhibits,
    String template,
    Map<String, Quantity> quantities,
    @Nullable LiveOperation victim,
    long since,
    @Nullable Severity severity,
    String doubt) {
  /**
   * An event of the evidence.
   *
   * @param role of the event in the story: enter, return, free, complete ...
   * @param text what it says, where that is not the event's own sentence; mostly empty
   */
  public record Exhibit(TimedEvent event, String role, String text) {}

  /** An event broke the contract, in the call that logged it. */
  public static Charge of(TimedEvent act, String role) {
    return new Charge(
        act,
        act,
        null,
        List.of(new Exhibit(act, role, "")),
        "",
        Map.of(),
        null,
        Long.MAX_VALUE,
        null,
        "");
  }

  /**
   * Nothing has happened until now that should have.
   *
   * @param now the newest event, which is no evidence
   */
  public static Charge late(TimedEvent now) {
    return new Charge(now, now, null, List.of(), "", Map.of(), null, Long.MAX_VALUE, null, "");
  }

  /**
   * It was done to an operation in flight: adds what is known of it, its enter, its return, its
   * completion.
   */
  public Charge against(LiveOperation operation) {
    Charge shown = showing(operation);
    return new Charge(
        act, call, where, shown.exhibits, template, quantities, operation, since, severity, doubt);
  }

  /** Adds what is known of an operation: its enter, its return, its completion. */
  public Charge showing(LiveOperation operation) {
    return with(operation.enter(), "enter")
        .with(operation.exit(), "return")
        .with(operation.completion(), "complete");
  }

  /** Adds an event to the evidence, unless it is null or there already. */
  public Charge with(@Nullable TimedEvent event, String role) {
    if (event == null || exhibits.stream().anyMatch(shown -> shown.event().equals(event))) {
      return this;
    }
    return with(event, role, "");
  }

  /** Adds an event to the evidence, in other words than its own. */
  public Charge with(TimedEvent event, String role, String text) {
    var more = new ArrayList<>(exhibits);
    more.add(new Exhibit(event, role, text));
    return new Charge(
        act, call, where, List.copyOf(more), template, quantities, victim, since, severity, doubt);
  }

  /** Blames the call of another event than the act. */
  public Charge blaming(TimedEvent other) {
    return new Charge(
        act, other, where, exhibits, template, quantities, victim, since, severity, doubt);
  }

  /** Blames no call: the trace itself, say. */
  public Charge at(CallSite other) {
    return new Charge(
        act, call, other, exhibits, template, quantities, victim, since, severity, doubt);
  }

  /** Something missing from there on might explain it, though no evidence is that old. */
  public Charge since(long seq) {
    return new Charge(
        act,
        call,
        where,
        exhibits,
        template,
        quantities,
        victim,
        Math.min(since, seq),
        severity,
        doubt);
  }

  public Charge as(Severity other) {
    return new Charge(
        act, call, where, exhibits, template, quantities, victim, since, other, doubt);
  }

  public Charge doubted(String why) {
    return new Charge(
        act, call, where, exhibits, template, quantities, victim, since, severity, why);
  }

  /** Another template for the title than the rule's. */
  public Charge saying(String other) {
    return new Charge(
        act, call, where, exhibits, other, quantities, victim, since, severity, doubt);
  }

  public Charge address(String name, long value) {
    return fill(name, new Quantity.Address(value));
  }

  public Charge count(String name, long value) {
    return fill(name, new Quantity.Count(value));
  }

  public Charge bytes(String name, long value) {
    return fill(name, new Quantity.Bytes(value));
  }

  public Charge nanos(String name, long value) {
    return fill(name, new Quantity.Nanos(value));
  }

  public Charge status(String name, int value) {
    return fill(name, new Quantity.Status(value));
  }

  public Charge words(String name, String value) {
    return fill(name, new Quantity.Words(value));
  }

  /** The operation in words: WskSend of 4096 bytes. */
  public Charge operation(String name, LiveOperation value) {
    return words(name, value.describe());
  }

  private Charge fill(String name, Quantity value) {
    var more = new LinkedHashMap<>(quantities);
    more.put(name, value);
    return new Charge(act, call, where, exhibits, template, more, victim, since, severity, doubt);
  }
}
