package org.wsktrace.rule.judge;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Setting;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.Tracks;
import org.wsktrace.track.fact.Loss;

/**
 * A rule's place in the trial, and what it said when it threw: from then on it takes no further
 * part.
 */
final class Seat implements Trial {
  private final Rule rule;
  private final Bench bench;
  private final List<Consumer<Loss>> losses = new ArrayList<>(0);
  private final List<Consumer<@Nullable Void>> ticks = new ArrayList<>(0);
  private final List<Consumer<@Nullable Void>> ends = new ArrayList<>(0);
  private @Nullable String failure;

  /** What all seats of a trial share. */
  interface Bench {
    TimedEvent newest();

    Tracks tracks();

    Ears ears();

    long value(Setting setting);

    void charge(Rule rule, Charge charge);
  }

  Seat(Rule rule, Bench bench) {
    this.rule = rule;
    this.bench = bench;
  }

  void start() {
    call(rule.start(), this);
  }

  Rule rule() {
    return rule;
  }

  /** What it threw; null as long as it has not. */
  @Nullable String failure() {
    return failure;
  }

  <T extends @Nullable Object> void call(Consumer<? super T> ear, T what) {
    if (failure == null) {
      try {
        ear.accept(what);
      } catch (RuntimeException e) {
        failure = e.toString();
      }
    }
  }

  void loss(Loss loss) {
    losses.forEach(ear -> call(ear, loss));
  }

  void tick() {
    ticks.forEach(ear -> call(ear, null));
  }

  void end() {
    ends.forEach(ear -> call(ear, null));
  }

  @Override
  public <E extends WskEvent> void on(Class<E> kind, Consumer<? super E> ear) {
    bench.ears().add(this, kind, ear);
  }

  @Override
  public void onLoss(Consumer<Loss> ear) {
    losses.add(ear);
  }

  @Override
  public void onTick(Runnable ear) {
    ticks.add(_ -> ear.run());
  }

  @Override
  public void onEnd(Runnable ear) {
    ends.add(_ -> ear.run());
  }

  @Override
  public TimedEvent event() {
    return bench.newest();
  }

  @Override
  public Tracks tracks() {
    return bench.tracks();
  }

  @Override
  public long value(Setting setting) {
    return bench.value(setting);
  }

  @Override
  public void charge(Charge charge) {
    bench.charge(rule, charge);
  }
}
