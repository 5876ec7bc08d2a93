package org.wsktrace.rule.irp;

import org.wsktrace.event.IrpKind;
import org.wsktrace.event.WskEvent.CallEnter;
import org.wsktrace.event.WskEvent.IrpBirth;
import org.wsktrace.event.WskEvent.IrpReuse;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveIrp;
import org.wsktrace.track.LiveOperation;

/**
 * An IRP that an operation has in flight is given to another call, or set up again by IoReuseIrp or
 * IoInitializeIrp. The buffers of one WskSendMessages come as several enter events of one
 * operation: that is one call. An IoReuseIrp and the call that it was for are one misuse, charged
 * once.
 */
public final class IrpReusedInFlight {
  public static final Rule RULE =
      Rule.declare("WSK-IRP-005", "IRP reused while in flight")
          .error(Effect.BUGCHECK)
          .proved()
          .title("IRP {irp} was {how} while its {operation} was in flight")
          .why(
              "An IRP carries one request. When it is set up again while WSK still has it, both requests complete it: with the status"
                  + " of the other, or twice (bugcheck 0x44).")
          .fix(
              "One IRP for each operation in flight. Call IoReuseIrp only after the completion routine has run.")
          .source("windows-hardware/drivers/network/using-irps-with-winsock-kernel-functions")
          .judgedBy(IrpReusedInFlight::new);

  private final Trial trial;

  private IrpReusedInFlight(Trial trial) {
    this.trial = trial;
    trial.on(CallEnter.class, call -> reused("given to " + call.verb().label()));
    trial.on(IrpReuse.class, _ -> reused("reused by IoReuseIrp"));
    trial.on(IrpBirth.class, this::born);
  }

  private void born(IrpBirth birth) {
    if (birth.kind() == IrpKind.IO_INITIALIZE_IRP) {
      reused("initialised by IoInitializeIrp");
    }
  }

  private void reused(String how) {
    LiveIrp irp = trial.irp();
    LiveOperation operation = irp == null ? null : irp.operation();
    if (irp == null
        || operation == null
        || operation.abandoned()
        || operation.opId() == trial.event().event().header().opId()) {
      return;
    }
    trial.charge(
        Charge.of(trial.event(), "reuse")
            .against(operation)
            .address("irp", irp.address())
            .words("how", how)
            .operation("operation", operation));
  }
}
