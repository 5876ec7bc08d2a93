package org.wsktrace.rule.irp;

import java.util.Set;
import org.wsktrace.event.IrpKind;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent.CallEnter;
import org.wsktrace.event.WskEvent.IrpBirth;
import org.wsktrace.event.WskEvent.IrpReuse;
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

/**
 * An IRP that an operation has in flight is given to another call, or set up again by IoReuseIrp or
 * IoInitializeIrp. The buffers of one WskSendMessages come as several enter events of one
 * operation: that is one call. An IoReuseIrp and the call that it was for are one misuse, charged
 * once.
 */
public final class IrpReusedInFlight implements Rule {
  private static final RuleInfo INFO =
      new RuleInfo(
          "WSK-IRP-005",
          "IRP reused while in flight",
          "irp",
          Severity.ERROR,
          Effect.BUGCHECK,
          Confidence.PROVED,
          Set.of(Need.CALLS),
          "An IRP carries one request. When it is set up again while WSK still has it, both requests complete it: with the status"
              + " of the other, or twice (bugcheck 0x44).",
          "One IRP for each operation in flight. Call IoReuseIrp only after the completion routine has run.",
          "",
          "https://learn.microsoft.com/windows-hardware/drivers/network/using-irps-with-winsock-kernel-functions");

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void judge(TimedEvent timed, Trial trial) {
    switch (timed.event()) {
      case CallEnter call ->
          judge(timed, call.irpSnap().ptr(), "given to " + call.verb().label(), trial);
      case IrpReuse reuse -> judge(timed, reuse.irp(), "reused by IoReuseIrp", trial);
      case IrpBirth birth when birth.kind() == IrpKind.IO_INITIALIZE_IRP ->
          judge(timed, birth.irp(), "initialised by IoInitializeIrp", trial);
      default -> {}
    }
  }

  private static void judge(TimedEvent reuse, long address, String how, Trial trial) {
    LiveIrp irp = trial.tracks().irps().living(address);
    LiveOperation operation = irp == null ? null : irp.operation();
    if (operation == null
        || operation.abandoned()
        || operation.opId() == reuse.event().header().opId()) {
      return;
    }
    String title =
        "IRP 0x%x was %s while its %s was in flight".formatted(address, how, operation.describe());
    trial.charge(
        Charge.of(reuse, "reuse", title, trial.tracks()).against(operation, trial.tracks()));
  }
}
