package org.wsktrace.rule.irp;

import java.util.HashSet;
import java.util.Set;
import org.wsktrace.event.IrpKind;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent.IrpFree;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Confidence;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Need;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.RuleInfo;
import org.wsktrace.rule.Severity;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveIrp;

/**
 * IoFreeIrp of an IRP that was freed and neither born nor given to a call since. An address that
 * was born again is another IRP. A driver that frees IRPs whose birth was not recorded (those of
 * IoBuildAsynchronousFsdRequest, for instance) may get a freed address back unseen: of such a
 * driver it is only suspected.
 */
public final class IrpFreedTwice implements Rule {
  private static final RuleInfo INFO =
      new RuleInfo(
          "WSK-IRP-007",
          "IRP freed twice",
          "irp",
          Severity.ERROR,
          Effect.BUGCHECK,
          Confidence.PROVED,
          Set.of(Need.IRP_CALLS),
          "The second free returns memory to the pool that may belong to somebody else by then (bugcheck 0xC2 or 0xC9). The"
              + " usual pair: the completion routine frees, and so does the caller because the call returned an error.",
          "Let the completion routine be the only owner: it runs whatever the call returns.",
          "",
          "https://learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iofreeirp");

  /** Clients that freed an IRP whose birth was not seen. */
  private final Set<Integer> birthsUnseen = new HashSet<>();

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void judge(TimedEvent timed, Trial trial) {
    if (!(timed.event() instanceof IrpFree free)) {
      return;
    }
    int client = free.header().client();
    LiveIrp living = trial.tracks().irps().living(free.irp());
    LiveIrp dead = trial.tracks().irps().dead(free.irp());
    if (living == null && dead != null && dead.free() != null) {
      String title = "IRP 0x%x was freed twice".formatted(free.irp());
      trial.charge(
          Charge.of(timed, "free again", title, trial.tracks())
              .with(dead.lastCompletion(), "complete", trial.tracks())
              .with(dead.free(), "free", trial.tracks())
              .doubted(
                  birthsUnseen.contains(client)
                      ? "the driver also frees IRPs whose allocation was not recorded; this may be one at the same address"
                      : ""));
    } else if (living == null || living.kind() == IrpKind.ADOPTED) {
      birthsUnseen.add(client);
    }
  }
}
