package org.wsktrace.rule.irp;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.wsktrace.event.NtStatus;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent.CallEnter;
import org.wsktrace.event.WskEvent.IrpBirth;
import org.wsktrace.event.WskEvent.IrpCompleteRequest;
import org.wsktrace.event.WskEvent.IrpFree;
import org.wsktrace.event.WskEvent.OpCompleteExit;
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
 * The completion routine of an IRP from above keeps it (STATUS_MORE_PROCESSING_REQUIRED), and then
 * it is neither completed nor used again: whoever sent it waits.
 *
 * <p>What can't be seen: IoMarkIrpPending, which sets a bit and is no call. So a routine that
 * passes the IRP on without it, though PendingReturned was set, is not found, nor one that marks an
 * IRP of the driver's own. And IoCallDriver is not recorded, so an IRP that was kept to be sent to
 * another driver looks the same: it is only suspected.
 */
public final class UpperIrpKept {
  private static final Setting AGE =
      Setting.seconds(
          "WSK-IRP-011.age", "so long a driver keeps an IRP from above after it completed", 30);

  public static final Rule RULE =
      Rule.declare("WSK-IRP-011", "IRP from above not passed on")
          .error(Effect.HANG)
          .heuristic()
          .needs(Need.CALLS, Need.IRP_CALLS)
          .title(
              "IRP {irp} of the driver above was kept when its {verb} completed, and not completed for {age}")
          .why(
              "A completion routine that returns STATUS_MORE_PROCESSING_REQUIRED takes the IRP back. Until the driver calls"
                  + " IoCompleteRequest, whoever sent the IRP waits, and its thread can't end.")
          .fix(
              "Return STATUS_CONTINUE_COMPLETION, after `if (Irp->PendingReturned) IoMarkIrpPending(Irp)`; or call IoCompleteRequest on"
                  + " every path once the work is done. Never mark an IRP that the driver allocated.")
          .source("windows-hardware/drivers/network/using-irps-with-winsock-kernel-functions")
          .settings(AGE)
          .judgedBy(UpperIrpKept::new);

  /** Of the hopeless ones the first tell enough. */
  private static final int MAX_KEPT = 10_000;

  /** An IRP that a routine kept, and that routine's return. */
  private record Kept(LiveOperation operation, Frame routine, TimedEvent exit) {}

  private final Trial trial;

  /** By address, eldest first. */
  private final Map<Long, Kept> kept = new LinkedHashMap<>();

  private UpperIrpKept(Trial trial) {
    this.trial = trial;
    trial.on(OpCompleteExit.class, this::returned);
    trial.on(CallEnter.class, call -> gone(call.irpSnap().ptr()));
    trial.on(IrpBirth.class, birth -> gone(birth.irp()));
    trial.on(IrpFree.class, free -> gone(free.irp()));
    trial.on(IrpCompleteRequest.class, complete -> gone(complete.irp()));
    trial.onTick(this::tick);
  }

  private void returned(OpCompleteExit exit) {
    if (exit.status() != NtStatus.MORE_PROCESSING_REQUIRED || kept.size() == MAX_KEPT) {
      return;
    }
    LiveThread thread = trial.tracks().stage().thread();
    Frame frame = thread == null ? null : thread.in(Kind.COMPLETION, exit.header().opId());
    LiveOperation operation = frame == null ? null : frame.operation();
    if (operation != null
        && Origin.of(operation) == Origin.FROM_ABOVE
        && operation.irp() != null
        && operation.irp().operation() == null
        && operation.irp().passedOn() == null) {
      kept.remove(exit.irp());
      kept.put(exit.irp(), new Kept(operation, frame, trial.event()));
    }
  }

  private void gone(long irp) {
    if (!kept.isEmpty()) {
      kept.remove(irp);
    }
  }

  private void tick() {
    if (kept.isEmpty()) {
      return;
    }
    long limit = trial.value(AGE);
    long now = trial.nanos();
    Iterator<Map.Entry<Long, Kept>> eldest = kept.entrySet().iterator();
    while (eldest.hasNext()) {
      Map.Entry<Long, Kept> entry = eldest.next();
      Kept one = entry.getValue();
      if (trial.tracks().pauses().awake(one.exit.nanos(), now) < limit) {
        return;
      }
      eldest.remove();
      trial.charge(
          Charge.late(trial.event())
              .showing(one.operation)
              .with(one.exit, "routine returns")
              .blaming(one.routine.enter())
              .address("irp", entry.getKey())
              .words("verb", one.operation.verb().label())
              .nanos("age", limit));
    }
  }
}
