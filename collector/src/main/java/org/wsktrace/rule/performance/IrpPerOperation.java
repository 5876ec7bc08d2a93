package org.wsktrace.rule.performance;

import java.util.HashMap;
import java.util.Map;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent.IrpFree;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Need;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Setting;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveIrp;

/**
 * A driver frees many IRPs within a second that came from IoAllocateIrp and carried one operation
 * each.
 */
public final class IrpPerOperation {
  private static final Setting IRPS =
      Setting.count("WSK-PERF-010.irps", "so many within a second are worth keeping", 10_000);

  public static final Rule RULE =
      Rule.declare("WSK-PERF-010", "An IRP allocated for each operation")
          .note(Effect.PERFORMANCE)
          .heuristic()
          .needs(Need.IRP_CALLS)
          .title("{irps} IRPs within {span} were allocated, used for one operation and freed")
          .why(
              "IoAllocateIrp and IoFreeIrp go to the pool, and so do the MDLs that come with each; at this rate they cost as much as the"
                  + " send.")
          .fix(
              "Keep IRPs and MDLs with the buffers that they are for: IoReuseIrp makes an IRP ready again, in its own completion routine"
                  + " if you like.")
          .source("windows-hardware/drivers/network/using-irps-with-winsock-kernel-functions")
          .settings(IRPS)
          .judgedBy(IrpPerOperation::new);

  private final Trial trial;
  private final long irps;

  /** By driver; their ids have 16 bits. */
  private final Map<Integer, Rate> rates = new HashMap<>();

  private IrpPerOperation(Trial trial) {
    this.trial = trial;
    this.irps = trial.value(IRPS);
    trial.on(IrpFree.class, this::freed);
  }

  private void freed(IrpFree free) {
    LiveIrp irp = trial.irp();
    if (irp == null || irp.operations() != 1) {
      return;
    }
    switch (irp.kind()) {
      case IO_ALLOCATE_IRP, IO_ALLOCATE_IRP_EX -> {
        TimedEvent first =
            rates.computeIfAbsent(free.header().client(), _ -> new Rate()).add(trial.event(), irps);
        if (first != null) {
          trial.charge(
              Charge.of(trial.event(), "last free")
                  .with(first, "first free")
                  .count("irps", irps)
                  .nanos("span", trial.nanos() - first.nanos()));
        }
      }
      default -> {}
    }
  }
}
