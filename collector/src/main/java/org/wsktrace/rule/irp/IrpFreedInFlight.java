package org.wsktrace.rule.irp;

import org.jspecify.annotations.Nullable;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent.CallEnter;
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
 * flight. A cancel changes nothing: IoCancelIrp only asks, the completion is still to come. Or it
 * is given to a call after IoFreeIrp: as the address may have become another IRP unseen, that is
 * suspected of those alone that look like the driver's own.
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
    trial.on(CallEnter.class, this::entered);
  }

  private void entered(CallEnter call) {
    long address = call.irpSnap().ptr();
    LiveIrp irp = trial.irp();
    if (address == 0 || (irp != null && irp.freedBefore() == null)) {
      return;
    }
    TimedEvent free = irp == null ? freed(address) : irp.freedBefore();
    if (free != null
        && (irp == null || irp.operations() == 0)
        && Origin.of(irp, call.irpSnap()) == Origin.PROBABLY_OWN) {
      trial.charge(
          Charge.of(trial.event(), "enter")
              .saying("{verb} was given IRP {irp}, which was freed {age} before")
              .with(free, "free")
              .words("verb", call.verb().label())
              .address("irp", address)
              .nanos("age", trial.nanos() - free.nanos())
              .doubted("another driver may have made an IRP at the same address"));
    }
  }

  private @Nullable TimedEvent freed(long address) {
    LiveIrp dead = trial.tracks().irps().dead(address);
    return dead == null ? null : dead.free();
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
