package org.wsktrace.rule.context;

import org.jspecify.annotations.Nullable;
import org.wsktrace.event.IrpSnap;
import org.wsktrace.event.NtStatus;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent.CallEnter;
import org.wsktrace.event.WskEvent.CallbackExit;
import org.wsktrace.event.WskEvent.OpCompleteExit;
import org.wsktrace.event.WskEvent.OpExit;
import org.wsktrace.event.WskEvent.SessionInfo;
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
import org.wsktrace.track.Memo;

/**
 * A completion routine or an event callback starts an operation and waits for it. It does so for
 * sure when it waits for what is the context of the operation's completion routine, or lies just
 * behind it; for anything else it is suspected. Where waits are not recorded, a routine that stays
 * until another thread has completed what it started is suspected too.
 */
public final class WaitInRoutine {
  private static final Setting STAY =
      Setting.millis(
          "WSK-CTX-003.stay",
          "a routine that stays so long, until its request has completed, has waited for it",
          10);

  public static final Rule RULE =
      Rule.declare("WSK-CTX-003", "Wait for a request inside a callback or completion routine")
          .error(Effect.HANG)
          .strong()
          .needs(Need.CALLS, Need.WAITS)
          .title("{routine} started {operation} and waited for it to complete")
          .why(
              "WSK may deliver the completion only after the routine has returned, or on this very thread: then both wait for ever. That"
                  + " holds at PASSIVE_LEVEL too.")
          .fix(
              "Start the request and return; go on in its completion routine. What has to wait belongs into a work item or a thread of the"
                  + " driver's own.")
          .source("windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_receive_event")
          .settings(STAY)
          .judgedBy(WaitInRoutine::new);

  /** How far behind the context of an operation its event lies, at most. */
  private static final long REACH = 256;

  /** What a thread started last inside a routine. */
  private static final class Started {
    @Nullable Frame routine;
    @Nullable TimedEvent enter;
  }

  private final Trial trial;
  private final Memo<LiveThread, Started> started;
  private boolean waitsRecorded;

  private WaitInRoutine(Trial trial) {
    this.trial = trial;
    this.started = trial.tracks().threads().memo(Started::new);
    trial.on(SessionInfo.class, info -> waitsRecorded = Need.WAITS.recordedIn(info.tiers()));
    trial.on(CallEnter.class, this::entered);
    trial.on(WaitEnter.class, this::waits);
    trial.on(CallbackExit.class, exit -> left(Kind.CALLBACK, exit.header().opId()));
    trial.on(OpCompleteExit.class, exit -> left(Kind.COMPLETION, exit.header().opId()));
  }

  private void entered(CallEnter call) {
    LiveThread thread = trial.tracks().stage().thread();
    Frame top = thread == null ? null : thread.top();
    if (thread != null
        && top != null
        && isRoutine(top)
        && call.irpSnap().completion() != 0
        && top.surelyMade(call)) {
      Started last = started.of(thread);
      last.routine = top;
      last.enter = trial.event();
    }
  }

  private void waits(WaitEnter wait) {
    waitsRecorded = true;
    LiveThread thread = trial.tracks().stage().thread();
    Frame top = thread == null ? null : thread.top();
    if (thread == null || top == null || !isRoutine(top) || !Waits.sleeps(wait)) {
      return;
    }
    Started last = started.known(thread);
    if (last == null || last.enter == null || !top.equals(last.routine)) {
      return;
    }
    LiveOperation operation =
        trial.tracks().operations().living(last.enter.event().header().opId());
    if (operation != null && operation.inFlight() && isPending(operation)) {
      last.enter = null;
      charge(
          Charge.of(trial.event(), "wait"),
          top,
          operation,
          isItsEvent(wait, operation) ? "" : "it may wait for something else");
    }
  }

  private void left(Kind kind, long opId) {
    LiveThread thread = waitsRecorded ? null : trial.tracks().stage().thread();
    Frame frame = thread == null ? null : thread.in(kind, opId);
    Started last = frame == null ? null : started.known(thread);
    if (last == null || last.enter == null || !frame.equals(last.routine)) {
      return;
    }
    long stay = trial.tracks().pauses().awake(frame.enter().nanos(), trial.nanos());
    TimedEvent completion =
        trial.tracks().operations().completionOf(last.enter.event().header().opId());
    if (completion != null
        && completion.event().header().tid() != thread.tid()
        && stay >= trial.value(STAY)
        && last.enter.event() instanceof CallEnter call) {
      trial.charge(
          Charge.of(trial.event(), "routine returns")
              .with(frame.enter(), "routine")
              .with(last.enter, "enter")
              .with(completion, "complete")
              .blaming(frame.enter())
              .words("routine", Routine.name(frame))
              .words("operation", call.verb().label())
              .doubted("waits were not recorded; the routine may have been busy otherwise"));
    }
  }

  private void charge(Charge charge, Frame routine, LiveOperation operation, String doubt) {
    trial.charge(
        charge
            .with(routine.enter(), "routine")
            .showing(operation)
            .words("routine", Routine.name(routine))
            .operation("operation", operation)
            .doubted(doubt));
  }

  private static boolean isRoutine(Frame frame) {
    return frame.kind() == Kind.COMPLETION || frame.kind() == Kind.CALLBACK;
  }

  private static boolean isPending(LiveOperation operation) {
    return operation.exit() != null
        && operation.exit().event() instanceof OpExit exit
        && exit.status() == NtStatus.PENDING;
  }

  private static boolean isItsEvent(WaitEnter wait, LiveOperation operation) {
    if (operation.enter() == null || !(operation.enter().event() instanceof CallEnter call)) {
      return false;
    }
    IrpSnap snap = call.irpSnap();
    return snap.context() != 0
        && wait.waitObjects().stream()
            .anyMatch(waited -> Long.compareUnsigned(waited.object() - snap.context(), REACH) < 0);
  }
}
