package org.wsktrace.rule.context;

import org.jspecify.annotations.Nullable;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent.OpComplete;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Setting;
import org.wsktrace.rule.Severity;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveOperation;
import org.wsktrace.track.LiveThread;
import org.wsktrace.track.LiveThread.Frame;
import org.wsktrace.track.LiveThread.Kind;
import org.wsktrace.track.Memo;

/**
 * A call is made at DISPATCH_LEVEL by a thread that is in no routine of WSK's, so the driver raised
 * the IRQL itself, and its completion routine runs before the call returns: a note. Where that
 * routine does not come back it is an error: it spins for the lock of its caller. Locks are not
 * recorded, so that a spin lock raised the IRQL is a guess; a DPC of the driver's looks the same.
 */
public final class CompletionUnderLock {
  private static final Setting STUCK =
      Setting.seconds(
          "WSK-CTX-005.stuck", "a routine that stays so long at DISPATCH_LEVEL spins", 1);

  public static final Rule RULE =
      Rule.declare("WSK-CTX-005", "Completion under a lock of the caller")
          .note(Effect.PERFORMANCE)
          .heuristic()
          .title("{operation} was called at {irql}, and its completion routine ran inside the call")
          .why(
              "A caller that holds a spin lock around the call holds it in its own completion routine too: if that takes the same lock the"
                  + " processor spins for ever, and if not, all others wait for the lock as long as the network stack works.")
          .fix("Take what the call needs under the lock, release it, then call.")
          .recordNext(
              "Run the driver with Driver Verifier's deadlock detection: it knows the locks.")
          .source("windows-hardware/drivers/ddi/wdm/nf-wdm-iocompleterequest")
          .settings(STUCK)
          .judgedBy(CompletionUnderLock::new);

  private static final long EVERY_NANOS = 1_000_000_000;

  private final Trial trial;

  /** The routine of a thread that was charged. */
  private final Memo<LiveThread, TimedEvent[]> charged;

  private long looked;

  private CompletionUnderLock(Trial trial) {
    this.trial = trial;
    this.charged = trial.tracks().threads().memo(() -> new TimedEvent[1]);
    trial.on(OpComplete.class, this::completed);
    trial.onTick(this::tick);
  }

  private void completed(OpComplete complete) {
    LiveOperation operation = trial.operation();
    if (operation == null || !operation.inCall()) {
      return;
    }
    TimedEvent enter = raised(operation);
    LiveThread thread = enter == null ? null : trial.tracks().stage().thread();
    if (thread != null
        && thread.tid() == complete.header().tid()
        && thread.frames().size() == 1
        && isCallOf(thread.frames().getFirst(), operation)) {
      trial.charge(
          Charge.of(trial.event(), "complete")
              .showing(operation)
              .blaming(enter)
              .operation("operation", operation)
              .words("irql", Irql.name(enter.event().header().irql())));
    }
  }

  private void tick() {
    long now = trial.nanos();
    if (now - looked < EVERY_NANOS) {
      return;
    }
    looked = now;
    for (LiveThread thread : trial.tracks().threads().living()) {
      if (thread.frames().size() == 2) {
        judge(thread, thread.frames().getFirst(), thread.frames().getLast(), now);
      }
    }
  }

  private void judge(LiveThread thread, Frame call, Frame routine, long now) {
    LiveOperation operation = routine.kind() == Kind.COMPLETION ? routine.operation() : null;
    TimedEvent enter = operation == null ? null : raised(operation);
    if (operation == null || enter == null || !isCallOf(call, operation)) {
      return;
    }
    TimedEvent[] last = charged.of(thread);
    long begin = routine.enter().nanos();
    if (!routine.enter().equals(last[0])
        && trial.tracks().pauses().awake(begin, now) >= trial.value(STUCK)) {
      last[0] = routine.enter();
      trial.charge(
          Charge.late(trial.event())
              .saying(
                  "{operation} was called at {irql}, and its completion routine, inside the call, has not returned for {age}")
              .as(Severity.ERROR)
              .showing(operation)
              .blaming(enter)
              .operation("operation", operation)
              .words("irql", Irql.name(enter.event().header().irql()))
              .nanos("age", trial.value(STUCK)));
    }
  }

  /** The enter of a call that the driver made at DISPATCH_LEVEL on a thread; null for others. */
  private static @Nullable TimedEvent raised(LiveOperation operation) {
    TimedEvent enter = operation.enter();
    // Thread 0 is the idle thread of each processor, and so all its DPCs.
    return enter != null
            && enter.event().header().irql() >= Irql.DISPATCH
            && enter.event().header().tid() != 0
        ? enter
        : null;
  }

  private static boolean isCallOf(Frame frame, LiveOperation operation) {
    return frame.kind() == Kind.CALL && operation.equals(frame.operation());
  }
}
