package org.wsktrace.rule.irp;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent.IrpFree;
import org.wsktrace.event.WskEvent.PoolFree;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Confidence;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Need;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.RuleInfo;
import org.wsktrace.rule.Severity;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveIrp;
import org.wsktrace.track.LiveOperation;
import org.wsktrace.track.memory.BusyMemory.Use;

/**
 * An IRP is freed, by IoFreeIrp or with the pool block around it, while an operation has it in
 * flight. A cancel changes nothing: IoCancelIrp only asks, the completion is still to come.
 */
public final class IrpFreedInFlight implements Rule {
  private static final RuleInfo INFO =
      new RuleInfo(
          "WSK-IRP-004",
          "IRP freed while in flight",
          "irp",
          Severity.ERROR,
          Effect.BUGCHECK,
          Confidence.PROVED,
          Set.of(Need.CALLS, Need.IRP_CALLS),
          "WSK completes every IRP that it was given, whatever the call returned and also after IoCancelIrp. It then writes into"
              + " memory that belongs to somebody else.",
          "Free the IRP in its completion routine. To give up early: IoCancelIrp or WskCloseSocket, wait for the completion, then"
              + " free.",
          "Run once more with Driver Verifier's I/O verification on the driver: it catches the free of an IRP in use (0xC9).",
          "https://learn.microsoft.com/windows-hardware/drivers/network/using-irps-with-winsock-kernel-functions");

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void judge(TimedEvent timed, Trial trial) {
    switch (timed.event()) {
      case IrpFree free -> {
        LiveIrp irp = trial.tracks().irps().living(free.irp());
        if (irp != null && irp.operation() != null && !irp.operation().abandoned()) {
          charge(timed, irp.address(), irp.operation(), irp.cancel(), trial);
        }
      }
      case PoolFree free ->
          trial
              .tracks()
              .needed(free, Use.IRP)
              .forEach(range -> charge(timed, range.start(), range.operation(), null, trial));
      default -> {}
    }
  }

  private static void charge(
      TimedEvent free,
      long irp,
      LiveOperation operation,
      @Nullable TimedEvent cancel,
      Trial trial) {
    String title =
        "IRP 0x%x was freed while its %s was in flight".formatted(irp, operation.describe());
    trial.charge(
        Charge.of(free, "free", title, trial.tracks())
            .with(cancel, "cancel", trial.tracks())
            .against(operation, trial.tracks()));
  }
}
