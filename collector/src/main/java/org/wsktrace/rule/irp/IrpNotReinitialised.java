package org.wsktrace.rule.irp;

import org.wsktrace.event.WskEvent.CallEnter;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Need;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveIrp;
import org.wsktrace.track.fact.IrpLife.State;

/**
 * A completed IRP of the driver's own goes to the next call as it is. IoInitializeIrp of an
 * embedded one does what IoReuseIrp does, and is a new life here.
 */
public final class IrpNotReinitialised {
  public static final Rule RULE =
      Rule.declare("WSK-IRP-006", "IRP used again without IoReuseIrp")
          .error(Effect.BUGCHECK)
          .proved()
          .needs(Need.CALLS, Need.IRP_CALLS)
          .title("IRP {irp} was given to {verb} again without IoReuseIrp since its last completion")
          .why(
              "The IRP still has the stack position, the status and the cancel flag of its last use: it may have no stack location left"
                  + " (bugcheck 0xC9 or 0x35), or be cancelled at once.")
          .fix("Call IoReuseIrp and IoSetCompletionRoutine before each further use.")
          .source("windows-hardware/drivers/network/using-irps-with-winsock-kernel-functions")
          .judgedBy(IrpNotReinitialised::new);

  private final Trial trial;

  private IrpNotReinitialised(Trial trial) {
    this.trial = trial;
    trial.on(CallEnter.class, this::entered);
  }

  private void entered(CallEnter call) {
    LiveIrp irp = trial.irp();
    if (irp != null
        && irp.state() == State.COMPLETED
        && isSurelyTheSame(irp, call)
        && trial.operation() == null) {
      trial.charge(
          Charge.of(trial.event(), "enter")
              .with(irp.birth(), "allocate")
              .with(irp.lastCompletion(), "complete")
              .address("irp", irp.address())
              .words("verb", call.verb().label()));
    }
  }

  /**
   * Nobody but this driver frees what IoAllocateIrp gave it. The memory around an embedded IRP may
   * have become another driver's IRP; but that one was sent here, and this one never was anywhere.
   */
  private static boolean isSurelyTheSame(LiveIrp irp, CallEnter call) {
    return switch (irp.kind()) {
      case IO_ALLOCATE_IRP, IO_ALLOCATE_IRP_EX -> irp.passedOn() == null;
      case IO_INITIALIZE_IRP -> Origin.of(null, call.irpSnap()) == Origin.PROBABLY_OWN;
      default -> false;
    };
  }
}
