package org.wsktrace.rule.irp;

import org.jspecify.annotations.Nullable;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent.IrpFree;
import org.wsktrace.event.WskEvent.PoolFree;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Need;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveIrp;
import org.wsktrace.track.LiveOperation;
import org.wsktrace.track.memory.BusyMemory.Use;

/**
 * An IRP is freed, by IoFreeIrp or with the pool block around it, while an operation has it in
 * flight. A cancel changes nothing: IoCancelIrp only asks, the completion is still to come.
 */
public final class IrpFreedInFlight {
  public static final Rule RULE =
      Rule.declare("WSK-IRP-004", "IRP freed while in flight")
          .error(Effect.BUGCHECK)
          .proved()
          .needs(Need.CALLS, Need.IRP_CALLS)
          .title("IRP {irp} was freed while its {operation} was in flight")
          .why(
              "WSK completes every IRP that it was given, whatever the call returned and also after IoCancelIrp. It then writes into"
                  + " memory that belongs to somebody else.")
          .fix(
              "Free the IRP in its completion routine. To give up early: IoCancelIrp or WskCloseSocket, wait for the completion, then"
                  + " free.")
          .recordNext(
              "Run once more with Driver Verifier's I/O verification on the driver: it catches the free of an IRP in use (0xC9).")
          .source("windows-hardware/drivers/network/using-irps-with-winsock-kernel-functions")
          .judgedBy(IrpFreedInFlight::new);

  private final Trial trial;

  private IrpFreedInFlight(Trial trial) {
    this.trial = trial;
    trial.on(IrpFree.class, this::freed);
    trial.on(PoolFree.class, this::blockFreed);
  }

  private void freed(IrpFree free) {
    LiveIrp irp = trial.irp();
    if (irp != null && irp.operation() != null && !irp.operation().abandoned()) {
      charge(free.irp(), irp.operation(), irp.cancel());
    }
  }

  private void blockFreed(PoolFree free) {
    trial
        .tracks()
        .needed(free, Use.IRP)
        .forEach(range -> charge(range.start(), range.operation(), null));
  }

  private void charge(long irp, LiveOperation operation, @Nullable TimedEvent cancel) {
    trial.charge(
        Charge.of(trial.event(), "free")
            .with(cancel, "cancel")
            .against(operation)
            .address("irp", irp)
            .operation("operation", operation));
  }
}
