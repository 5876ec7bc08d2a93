package org.wsktrace.rule.irp;

import java.util.HashSet;
import java.util.Set;
import org.wsktrace.event.IrpKind;
import org.wsktrace.event.WskEvent.IrpFree;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Need;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveIrp;

/**
 * IoFreeIrp of an IRP that was freed and neither born nor given to a call since. An address that
 * was born again is another IRP. A driver that frees IRPs whose birth was not recorded (those of
 * IoBuildAsynchronousFsdRequest, for instance) may get a freed address back unseen: of such a
 * driver it is only suspected.
 */
public final class IrpFreedTwice {
  public static final Rule RULE =
      Rule.declare("WSK-IRP-007", "IRP freed twice")
          .error(Effect.BUGCHECK)
          .proved()
          .needs(Need.IRP_CALLS)
          .title("IRP {irp} was freed twice")
          .why(
              "The second free returns memory to the pool that may belong to somebody else by then (bugcheck 0xC2 or 0xC9). The"
                  + " usual pair: the completion routine frees, and so does the caller because the call returned an error.")
          .fix("Let the completion routine be the only owner: it runs whatever the call returns.")
          .source("windows-hardware/drivers/ddi/wdm/nf-wdm-iofreeirp")
          .judgedBy(IrpFreedTwice::new);

  private final Trial trial;

  /** Clients that freed an IRP whose birth was not seen. */
  private final Set<Integer> birthsUnseen = new HashSet<>();

  private IrpFreedTwice(Trial trial) {
    this.trial = trial;
    trial.on(IrpFree.class, this::freed);
  }

  private void freed(IrpFree free) {
    int client = free.header().client();
    LiveIrp living = trial.irp();
    LiveIrp dead = trial.tracks().irps().dead(free.irp());
    if (living == null && dead != null && dead.free() != null) {
      trial.charge(
          Charge.of(trial.event(), "free again")
              .with(dead.lastCompletion(), "complete")
              .with(dead.free(), "free")
              .address("irp", free.irp())
              // Whether it also frees what it was not seen to allocate is a matter of all the
              // trace.
              .since(0)
              .doubted(
                  birthsUnseen.contains(client)
                      ? "the driver also frees IRPs whose allocation was not recorded; this may be one at the same address"
                      : ""));
    } else if (living == null || living.kind() == IrpKind.ADOPTED) {
      birthsUnseen.add(client);
    }
  }
}
