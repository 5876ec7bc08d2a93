package org.wsktrace.rule.irp;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent.CallEnter;
import org.wsktrace.event.WskEvent.OpComplete;
import org.wsktrace.event.WskEvent.SessionInfo;
import org.wsktrace.event.WskEvent.WaitEnter;
import org.wsktrace.event.WskEvent.WaitExit;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Need;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Setting;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveThread;
import org.wsktrace.track.LiveThread.Frame;
import org.wsktrace.track.LiveThread.Kind;
import org.wsktrace.track.Memo;

/**
 * A thread waits without end for the event of an operation that has completed: a wait before took
 * the signal of an event that clears itself, or the completion routine gave none.
 *
 * <p>KeSetEvent is not recorded. An event belongs to an operation when it is the context of its
 * completion routine, or lies in the first bytes behind it, where such structures have it; that is
 * a guess, so this is only suspected.
 */
public final class WaitForSpentEvent {
  private static final Setting AGE =
      Setting.seconds(
          "WSK-IRP-018.age", "so long a thread waits for an operation that has completed", 5);

  public static final Rule RULE =
      Rule.declare("WSK-IRP-018", "Wait for an event that nobody sets again")
          .error(Effect.HANG)
          .heuristic()
          .needs(Need.CALLS, Need.WAITS)
          .title("A thread has waited {age} for the event {event} of {verb}, which has completed")
          .why(
              "An operation completes once and sets its event once. A SynchronizationEvent forgets that with the first wait that it ends;"
                  + " a routine that sets it only if PendingReturned leaves it unset where the call completed at once. Nobody ends this wait.")
          .fix(
              "Use a NotificationEvent for each operation, set it in the completion routine in any case, and wait without end at one place"
                  + " alone; or wait only if the call returned STATUS_PENDING.")
          .source("windows-hardware/drivers/kernel/event-objects")
          .settings(AGE)
          .judgedBy(WaitForSpentEvent::new);

  /** How far behind the context its event lies, at most. */
  private static final long REACH = 256;

  private static final int MAX_CONTEXTS = 4096;

  private static final long EVERY_NANOS = 1_000_000_000;

  /** The last operation with a context. */
  private static final class Use {
    final TimedEvent enter;
    @Nullable TimedEvent completion;
    @Nullable TimedEvent wait;

    Use(TimedEvent enter) {
      this.enter = enter;
    }
  }

  private final Trial trial;
  private final TreeMap<Long, Use> contexts = new TreeMap<>(Long::compareUnsigned);
  private final Deque<Long> eldestFirst = new ArrayDeque<>();

  /** The wait of a thread that was judged. */
  private final Memo<LiveThread, TimedEvent[]> judged;

  private boolean waits;
  private long looked;

  private WaitForSpentEvent(Trial trial) {
    this.trial = trial;
    this.judged = trial.tracks().threads().memo(() -> new TimedEvent[1]);
    trial.on(SessionInfo.class, info -> waits |= Need.WAITS.recordedIn(info.tiers()));
    trial.on(WaitEnter.class, _ -> waits = true);
    trial.on(CallEnter.class, this::entered);
    trial.on(OpComplete.class, this::completed);
    trial.on(WaitExit.class, this::woken);
    trial.onTick(this::tick);
  }

  private void entered(CallEnter call) {
    long context = call.irpSnap().context();
    if (!waits || context == 0 || trial.operation() != null) {
      return;
    }
    if (contexts.put(context, new Use(trial.event())) == null) {
      eldestFirst.addLast(context);
      if (eldestFirst.size() > MAX_CONTEXTS) {
        contexts.remove(eldestFirst.removeFirst());
      }
    }
  }

  private void completed(OpComplete complete) {
    if (!waits || trial.operation() == null || trial.operation().enter() == null) {
      return;
    }
    TimedEvent enter = trial.operation().enter();
    if (enter.event() instanceof CallEnter call) {
      Use use = contexts.get(call.irpSnap().context());
      if (use != null && use.enter.equals(enter)) {
        use.completion = trial.event();
      }
    }
  }

  private void woken(WaitExit exit) {
    Use use = exit.status() == 0 ? use(exit.object()) : null;
    if (use != null && use.completion != null) {
      use.wait = trial.event();
    }
  }

  private void tick() {
    long now = trial.nanos();
    if (contexts.isEmpty() || now - looked < EVERY_NANOS) {
      return;
    }
    looked = now;
    for (LiveThread thread : trial.tracks().threads().living()) {
      Frame top = thread.top();
      if (top != null && top.kind() == Kind.WAIT && top.enter().event() instanceof WaitEnter wait) {
        judge(thread, top.enter(), wait, now);
      }
    }
  }

  private void judge(LiveThread thread, TimedEvent timed, WaitEnter wait, long now) {
    if (wait.hasTimeout() != 0 || wait.waitObjects().size() != 1) {
      return;
    }
    long event = wait.waitObjects().getFirst().object();
    Use use = use(event);
    if (use == null || use.completion == null) {
      return;
    }
    long since = Math.max(timed.nanos(), use.completion.nanos());
    TimedEvent[] last = judged.of(thread);
    if (!timed.equals(last[0]) && trial.tracks().pauses().awake(since, now) >= trial.value(AGE)) {
      last[0] = timed;
      trial.charge(
          Charge.late(trial.event())
              .with(use.enter, "enter")
              .with(use.completion, "complete")
              .with(use.wait, "first wait ends")
              .with(timed, "wait")
              .blaming(timed)
              .nanos("age", trial.value(AGE))
              .address("event", event)
              .words("verb", ((CallEnter) use.enter.event()).verb().label()));
    }
  }

  private @Nullable Use use(long event) {
    Map.Entry<Long, Use> nearest = contexts.floorEntry(event);
    return nearest != null && event - nearest.getKey() < REACH ? nearest.getValue() : null;
  }
}
