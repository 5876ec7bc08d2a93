package org.wsktrace.rule;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent;
import org.wsktrace.track.LiveIrp;
import org.wsktrace.track.LiveOperation;
import org.wsktrace.track.LiveSocket;
import org.wsktrace.track.Tracks;
import org.wsktrace.track.fact.Loss;

/**
 * What a rule hears, sees and says while a trace is judged. It says what it wants to hear when it
 * starts. An event is heard before the trackers apply it: they show the world as it was when it
 * happened. One thread.
 */
public interface Trial {
  /**
   * Asks for the events of a kind.
   *
   * @param kind an event or what several have in common, such as CallEnter
   */
  <E extends WskEvent> void on(Class<E> kind, Consumer<? super E> ear);

  /** Asks to hear that events are missing behind the last one. */
  void onLoss(Consumer<Loss> ear);

  /**
   * Asks to be called again and again, for what is late: before an event that comes {@link
   * org.wsktrace.rule.judge.Judge#TICK_NANOS} or more after the last call, and once behind the last
   * event.
   */
  void onTick(Runnable ear);

  /** Asks to be called behind the last event, with everything that then lives in the trackers. */
  void onEnd(Runnable ear);

  /** The newest event: the one that is judged, and at the end the last. */
  TimedEvent event();

  /** Nanoseconds since the trace started, of {@link #event}. */
  default long nanos() {
    return event().nanos();
  }

  Tracks tracks();

  /**
   * The operation of {@link #event}; null when it has none, when it is entered just now, and when
   * its enter is missing from the trace.
   */
  default @Nullable LiveOperation operation() {
    return tracks().stage().operation();
  }

  /** The socket of {@link #event}, as far as it lives and was seen before. */
  default @Nullable LiveSocket socket() {
    return tracks().stage().socket();
  }

  /** The IRP of {@link #event}, as far as it lives and was seen before. */
  default @Nullable LiveIrp irp() {
    return tracks().stage().irp();
  }

  /** What the user set, or the initial value; in the setting's unit. */
  long value(Setting setting);

  void charge(Charge charge);
}
