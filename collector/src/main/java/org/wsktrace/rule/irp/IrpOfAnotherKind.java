package org.wsktrace.rule.irp;

import org.wsktrace.event.IrpKind;
import org.wsktrace.event.WskEvent.IrpBirth;
import org.wsktrace.event.WskEvent.IrpFree;
import org.wsktrace.event.WskEvent.IrpReuse;
import org.wsktrace.event.WskEvent.PoolFree;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Need;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveIrp;

/**
 * An IRP is freed or set up by a function that does not go with the one that gave it. Only of an
 * IRP whose birth was recorded, and that is not in flight: that is another rule's matter. What the
 * I/O manager frees once the completion routine lets it go on may have become other memory unseen.
 */
public final class IrpOfAnotherKind {
  public static final Rule RULE =
      Rule.declare("WSK-IRP-009", "IRP freed or initialised the wrong way")
          .error(Effect.BUGCHECK)
          .proved()
          .needs(Need.IRP_CALLS)
          .title("IRP {irp} of {birth} was {misuse}")
          .why(
              "IoAllocateIrp may take an IRP from a list of the I/O manager's own and notes that in the IRP. IoInitializeIrp wipes out the"
                  + " note, ExFreePool ignores it, IoFreeIrp of other memory believes what it finds: pool or that list is damaged (bugcheck 0xC2, 0xC9).")
          .fix(
              "Free with IoFreeIrp what IoAllocateIrp gave, and nothing else. Set it up again with IoReuseIrp; an IRP in memory of the"
                  + " driver's own with IoInitializeIrp.")
          .source("windows-hardware/drivers/kernel/reusing-irps")
          .judgedBy(IrpOfAnotherKind::new);

  private final Trial trial;

  private IrpOfAnotherKind(Trial trial) {
    this.trial = trial;
    trial.on(IrpFree.class, _ -> freed());
    trial.on(PoolFree.class, this::blockFreed);
    trial.on(IrpBirth.class, this::initialised);
    trial.on(IrpReuse.class, _ -> reused());
  }

  private void freed() {
    LiveIrp irp = trial.irp();
    if (irp != null && irp.kind() == IrpKind.IO_INITIALIZE_IRP) {
      charge(irp, "free", "freed by IoFreeIrp");
    }
  }

  private void blockFreed(PoolFree free) {
    LiveIrp irp = trial.tracks().irps().living(free.block());
    if (irp != null && isAllocated(irp)) {
      charge(irp, "free", "freed by ExFreePool");
    }
  }

  private void initialised(IrpBirth birth) {
    LiveIrp irp = trial.irp();
    if (birth.kind() == IrpKind.IO_INITIALIZE_IRP && irp != null && isAllocated(irp)) {
      charge(irp, "initialise", "initialised by IoInitializeIrp");
    }
  }

  private void reused() {
    LiveIrp irp = trial.irp();
    if (irp != null && isBuilt(irp)) {
      charge(irp, "reuse", "reused by IoReuseIrp");
    }
  }

  private void charge(LiveIrp irp, String role, String misuse) {
    if (irp.operation() != null || irp.passedOn() != null) {
      return;
    }
    trial.charge(
        Charge.of(trial.event(), role)
            .with(irp.birth(), "allocate")
            .with(irp.lastCompletion(), "complete")
            .address("irp", irp.address())
            .words("birth", irp.kind().label())
            .words("misuse", misuse)
            .doubted(
                irp.operations() == 0 && !role.equals("reuse") && isAllocated(irp)
                    ? "it was never given to WSK; another driver may have freed it, and this is other memory"
                    : ""));
  }

  private static boolean isAllocated(LiveIrp irp) {
    return irp.kind() == IrpKind.IO_ALLOCATE_IRP || irp.kind() == IrpKind.IO_ALLOCATE_IRP_EX;
  }

  private static boolean isBuilt(LiveIrp irp) {
    return switch (irp.kind()) {
      case IO_BUILD_ASYNCHRONOUS_FSD_REQUEST,
          IO_BUILD_SYNCHRONOUS_FSD_REQUEST,
          IO_BUILD_DEVICE_IO_CONTROL_REQUEST,
          IO_MAKE_ASSOCIATED_IRP ->
          true;
      default -> false;
    };
  }
}
