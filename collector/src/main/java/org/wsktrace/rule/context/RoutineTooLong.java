package org.wsktrace.rule.context;

import org.wsktrace.event.WskEvent.CallbackExit;
import org.wsktrace.event.WskEvent.OpCompleteExit;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Setting;
import org.wsktrace.rule.Severity;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveThread;
import org.wsktrace.track.LiveThread.Frame;
import org.wsktrace.track.LiveThread.Kind;

/**
 * A callback or completion routine runs long at DISPATCH_LEVEL. Nothing is said where the whole
 * machine stood still meanwhile; that a hypervisor took one processor away can't be seen.
 */
public final class RoutineTooLong {
  private static final Setting NOTE =
      Setting.nanos("WSK-CTX-006.note", "a routine that runs so long is worth a note", 100_000);
  private static final Setting WARNING = Setting.millis("WSK-CTX-006.warning", "... a warning", 1);
  private static final Setting ERROR = Setting.millis("WSK-CTX-006.error", "... an error", 10);

  public static final Rule RULE =
      Rule.declare("WSK-CTX-006", "Routine too long at DISPATCH_LEVEL")
          .warning(Effect.PERFORMANCE)
          .strong()
          .title("{routine} ran for {span} at DISPATCH_LEVEL")
          .why(
              "Meanwhile no thread and no other DPC runs on this processor: packets pile up, timers are late, and after a second or so"
                  + " the watchdog stops the system (bugcheck 0x133).")
          .fix("Do what is short, and hand the rest to a thread at PASSIVE_LEVEL.")
          .source("windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_receive_event")
          .settings(NOTE, WARNING, ERROR)
          .judgedBy(RoutineTooLong::new);

  private final Trial trial;

  private RoutineTooLong(Trial trial) {
    this.trial = trial;
    trial.on(CallbackExit.class, exit -> returned(Kind.CALLBACK, exit.header().opId()));
    trial.on(OpCompleteExit.class, exit -> returned(Kind.COMPLETION, exit.header().opId()));
  }

  private void returned(Kind kind, long opId) {
    LiveThread thread = trial.tracks().stage().thread();
    Frame frame = thread == null ? null : thread.in(kind, opId);
    if (frame == null || frame.irql() < Irql.DISPATCH) {
      return;
    }
    long span = trial.nanos() - frame.enter().nanos();
    if (span >= trial.value(NOTE)
        && trial.tracks().pauses().awake(frame.enter().nanos(), trial.nanos()) == span) {
      trial.charge(
          Charge.of(trial.event(), "routine returns")
              .with(frame.enter(), "routine")
              .blaming(frame.enter())
              .words("routine", Routine.name(frame))
              .nanos("span", span)
              .as(severity(span)));
    }
  }

  private Severity severity(long span) {
    if (span >= trial.value(ERROR)) {
      return Severity.ERROR;
    }
    return span >= trial.value(WARNING) ? Severity.WARNING : Severity.NOTE;
  }
}
