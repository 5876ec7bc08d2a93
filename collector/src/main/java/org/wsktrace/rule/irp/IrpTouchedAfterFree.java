package org.wsktrace.rule.irp;

import org.wsktrace.event.WskEvent.IrpReuse;
import org.wsktrace.event.WskEvent.MdlBirth;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Need;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveIrp;

/**
 * A freed IRP is given to IoReuseIrp or IoAllocateMdl: the driver still uses what its completion
 * routine has freed. A second free, a cancel and a call with a freed IRP are rules of their own. A
 * read of Irp->IoStatus, which is the usual form of this misuse, is no call and can't be seen.
 */
public final class IrpTouchedAfterFree {
  public static final Rule RULE =
      Rule.declare("WSK-IRP-019", "IRP used after it was freed")
          .error(Effect.CORRUPTION)
          .proved()
          .needs(Need.IRP_CALLS)
          .title("IRP {irp} was given to {function} {age} after it was freed")
          .why(
              "The completion routine may run, and free the IRP, before the WSK call returns, whatever the call returns. The memory"
                  + " belongs to somebody else by then; what is read there, IoStatus for instance, is anybody's data.")
          .fix(
              "After the call use its return value alone. Whoever needs IoStatus.Information takes it in the completion routine, or frees"
                  + " the IRP itself after the wait.")
          .source("windows-hardware/drivers/network/using-irps-with-winsock-kernel-functions")
          .judgedBy(IrpTouchedAfterFree::new);

  private final Trial trial;
  private final UnseenIrps unseen;

  private IrpTouchedAfterFree(Trial trial) {
    this.trial = trial;
    this.unseen = new UnseenIrps(trial);
    trial.on(IrpReuse.class, reuse -> touched(reuse.irp(), "IoReuseIrp"));
    trial.on(MdlBirth.class, birth -> touched(birth.irp(), "IoAllocateMdl"));
  }

  private void touched(long address, String function) {
    if (address == 0 || trial.tracks().irps().living(address) != null) {
      return;
    }
    LiveIrp dead = trial.tracks().irps().dead(address);
    if (dead != null && dead.free() != null) {
      trial.charge(
          Charge.of(trial.event(), "use")
              .with(dead.lastCompletion(), "complete")
              .with(dead.free(), "free")
              .since(0)
              .address("irp", address)
              .words("function", function)
              .nanos("age", trial.nanos() - dead.free().nanos())
              .doubted(unseen.doubt(trial.event().event().header().client())));
    }
  }
}
