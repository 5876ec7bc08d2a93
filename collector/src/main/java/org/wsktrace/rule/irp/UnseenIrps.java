package org.wsktrace.rule.irp;

import java.util.HashSet;
import java.util.Set;
import org.wsktrace.event.IrpKind;
import org.wsktrace.event.WskEvent.IrpFree;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveIrp;

/**
 * Drivers that free IRPs whose birth was not recorded: such a driver may get an address back
 * unseen, so a freed address that it uses need not be the IRP that was freed.
 */
final class UnseenIrps {
  private final Trial trial;
  private final Set<Integer> clients = new HashSet<>();

  UnseenIrps(Trial trial) {
    this.trial = trial;
    trial.on(IrpFree.class, this::freed);
  }

  private void freed(IrpFree free) {
    LiveIrp living = trial.irp();
    boolean again = living == null && trial.tracks().irps().dead(free.irp()) != null;
    if (!again && (living == null || living.kind() == IrpKind.ADOPTED)) {
      clients.add(free.header().client());
    }
  }

  /**
   * Why it is only suspected that this driver used the freed one, or empty. It is a matter of all
   * the trace.
   */
  String doubt(int client) {
    return clients.contains(client)
        ? "the driver also frees IRPs whose allocation was not recorded; this may be one at the same address"
        : "";
  }
}
