package org.wsktrace.rule.irp;

import java.util.ArrayDeque;
import java.util.Deque;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent.IrpCancel;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Need;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Setting;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveIrp;
import org.wsktrace.track.LiveOperation;

/** An operation that was cancelled is still in flight some seconds later. */
public final class CancelWithoutEffect {
  private static final Setting AGE =
      Setting.seconds("WSK-IRP-014.age", "so long a cancelled operation takes to complete", 5);

  public static final Rule RULE =
      Rule.declare("WSK-IRP-014", "Cancelled operation does not complete")
          .error(Effect.HANG)
          .strong()
          .needs(Need.CALLS, Need.IRP_CALLS)
          .title("{operation} with IRP {irp} was cancelled and had not completed {age} later")
          .why(
              "IoCancelIrp sets a flag and calls a cancel routine if there is one at that moment; it completes nothing. A driver that"
                  + " counts on it waits for ever, or frees what is still in use.")
          .fix(
              "Close the socket: WskCloseSocket cancels and completes all its requests. Wait for the completion before anything is freed.")
          .source("windows-hardware/drivers/ddi/wdm/nf-wdm-iocancelirp")
          .settings(AGE)
          .judgedBy(CancelWithoutEffect::new);

  /** So many cancels of the last seconds are followed. */
  private static final int MAX_FOLLOWED = 1 << 16;

  /** A cancel and what it hit. */
  private record Cancel(LiveOperation operation, long irp, TimedEvent event) {}

  private final Trial trial;
  private final Deque<Cancel> eldestFirst = new ArrayDeque<>();

  private CancelWithoutEffect(Trial trial) {
    this.trial = trial;
    trial.on(IrpCancel.class, this::cancelled);
    trial.onTick(this::tick);
  }

  private void cancelled(IrpCancel cancel) {
    LiveIrp irp = trial.irp();
    LiveOperation operation = irp == null ? null : irp.operation();
    if (irp != null
        && operation != null
        && operation.inFlight()
        && irp.cancel() == null
        && eldestFirst.size() < MAX_FOLLOWED) {
      eldestFirst.addLast(new Cancel(operation, cancel.irp(), trial.event()));
    }
  }

  private void tick() {
    long now = trial.nanos();
    long age = trial.value(AGE);
    while (!eldestFirst.isEmpty()
        && trial.tracks().pauses().awake(eldestFirst.getFirst().event.nanos(), now) >= age) {
      judge(eldestFirst.removeFirst(), age);
    }
  }

  private void judge(Cancel cancel, long age) {
    LiveOperation operation = cancel.operation;
    if (operation.inFlight() && !operation.abandoned() && !operation.unsettled()) {
      trial.charge(
          Charge.late(trial.event())
              .showing(operation)
              .with(cancel.event, "cancel")
              .blaming(cancel.event)
              .operation("operation", operation)
              .address("irp", cancel.irp)
              .nanos("age", age));
    }
  }
}
