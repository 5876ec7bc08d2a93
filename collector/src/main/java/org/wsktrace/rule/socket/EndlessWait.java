package org.wsktrace.rule.socket;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.wsktrace.event.NtStatus;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.Verb;
import org.wsktrace.event.WskEvent.OpExit;
import org.wsktrace.event.WskEvent.WaitEnter;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Need;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Setting;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveOperation;
import org.wsktrace.track.LiveThread;
import org.wsktrace.track.LiveThread.Frame;
import org.wsktrace.track.LiveThread.Kind;

/**
 * A thread waits without a limit, and the close, connect or disconnect that it has just begun is
 * still in flight: its process cannot end. That the wait is for the operation is inferred from the
 * order of the two on the thread. A wait for WskReceive or WskAccept is meant to be long.
 */
public final class EndlessWait {
  private static final int MAX_THREADS = 1 << 12;

  private static final Setting WAIT =
      Setting.seconds(
          "WSK-SOCK-020.wait", "a thread that waits longer for an operation is blocked", 30);

  public static final Rule RULE =
      Rule.declare("WSK-SOCK-020", "Thread waits without end for an operation")
          .warning(Effect.HANG)
          .heuristic()
          .needs(Need.CALLS, Need.WAITS)
          .title("Thread {tid} waits without a limit for {verb} of socket {socket}, for {age} now")
          .why(
              "A thread that waits in kernel mode without a limit cannot be ended. When the operation does not complete, its process"
                  + " stays as one that nobody can kill, and a shutdown may hang.")
          .fix(
              "Go on from the completion routine instead of waiting; or wait in slices, log each, and end the operation by"
                  + " WskCloseSocket. Never abandon the wait: the IRP and the event are on the stack.")
          .recordNext("The reason and the stack of the wait are in a trace with call stacks.")
          .source("windows-hardware/drivers/ddi/wdm/nf-wdm-kewaitforsingleobject")
          .settings(WAIT)
          .judgedBy(EndlessWait::new);

  private final Trial trial;
  private final Overdue<LiveOperation> waits;

  /** What each thread has begun last; the eldest is forgotten. */
  private final Map<Long, LiveOperation> begun = new LinkedHashMap<>();

  private EndlessWait(Trial trial) {
    this.trial = trial;
    this.waits = new Overdue<>(trial.value(WAIT));
    trial.on(OpExit.class, this::returned);
    trial.on(WaitEnter.class, this::waits);
    trial.onTick(() -> waits.poll(trial.nanos(), this::late));
  }

  private void returned(OpExit exit) {
    LiveOperation operation = trial.operation();
    long tid = exit.header().tid();
    if (operation == null || exit.status() != NtStatus.PENDING || tid == 0) {
      return;
    }
    if (isShort(exit.verb()) && operation.enter() != null) {
      begun.remove(tid);
      begun.put(tid, operation);
      if (begun.size() > MAX_THREADS) {
        Iterator<LiveOperation> eldest = begun.values().iterator();
        eldest.next();
        eldest.remove();
      }
    } else if (!begun.isEmpty()) {
      begun.remove(tid);
    }
  }

  /** What should end by itself. */
  private static boolean isShort(Verb verb) {
    return switch (verb) {
      case WSK_CLOSE_SOCKET, WSK_CONNECT, WSK_CONNECT_EX, WSK_SOCKET_CONNECT, WSK_DISCONNECT ->
          true;
      default -> false;
    };
  }

  private void waits(WaitEnter wait) {
    LiveOperation operation = wait.hasTimeout() == 0 ? begun.get(wait.header().tid()) : null;
    if (operation != null && operation.inFlight()) {
      waits.watch(operation, trial.event());
    }
  }

  private void late(LiveOperation operation, TimedEvent wait) {
    LiveThread thread = trial.tracks().threads().of(wait.event());
    Frame frame = thread == null ? null : thread.innermost(Kind.WAIT);
    TimedEvent enter = operation.enter();
    if (frame != null
        && frame.enter().equals(wait)
        && enter != null
        && operation.inFlight()
        && !operation.abandoned()) {
      trial.charge(
          Charge.late(trial.event())
              .showing(operation)
              .with(wait, "wait")
              .blaming(wait)
              .count("tid", wait.event().header().tid())
              .words("verb", operation.verb().label())
              .address("socket", operation.socket() == null ? 0 : operation.socket().address())
              .nanos("age", trial.nanos() - wait.nanos()));
    }
  }
}
