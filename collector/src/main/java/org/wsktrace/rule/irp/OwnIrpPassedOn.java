package org.wsktrace.rule.irp;

import org.jspecify.annotations.Nullable;
import org.wsktrace.event.NtStatus;
import org.wsktrace.event.WskEvent.OpCompleteExit;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveOperation;
import org.wsktrace.track.LiveThread;
import org.wsktrace.track.LiveThread.Frame;
import org.wsktrace.track.LiveThread.Kind;

/**
 * The completion routine of an IRP that the driver made returns something else than
 * STATUS_MORE_PROCESSING_REQUIRED. For an IRP from above that is how it goes back.
 */
public final class OwnIrpPassedOn {
  public static final Rule RULE =
      Rule.declare("WSK-IRP-003", "Completion routine lets the I/O manager go on")
          .error(Effect.BUGCHECK)
          .proved()
          .title(
              "The completion routine of the driver's own IRP {irp}, given to {operation}, returned {status}")
          .why(
              "Any other status than STATUS_MORE_PROCESSING_REQUIRED tells the I/O manager to go on with the IRP. It has no driver above:"
                  + " the I/O manager finishes it as if it were a request from user mode, and touches it after the driver has freed it.")
          .fix(
              "Return STATUS_MORE_PROCESSING_REQUIRED from the completion routine of each IRP that the driver allocated.")
          .source("windows-hardware/drivers/network/using-irps-with-winsock-kernel-functions")
          .judgedBy(OwnIrpPassedOn::new);

  private final Trial trial;

  private OwnIrpPassedOn(Trial trial) {
    this.trial = trial;
    trial.on(OpCompleteExit.class, this::returned);
  }

  private void returned(OpCompleteExit exit) {
    if (exit.status() == NtStatus.MORE_PROCESSING_REQUIRED) {
      return;
    }
    Frame frame = completing(exit);
    LiveOperation operation = frame == null ? null : frame.operation();
    Origin origin = operation == null ? Origin.UNKNOWN : Origin.of(operation);
    if (operation != null && origin.own()) {
      trial.charge(
          Charge.of(trial.event(), "routine returns")
              .with(Origin.birth(operation.irp()), "allocate")
              .showing(operation)
              .blaming(frame.enter())
              .address("irp", exit.irp())
              .operation("operation", operation)
              .status("status", exit.status())
              .doubted(origin.doubt()));
    }
  }

  /** The operation is mostly done by now, so its thread has to know it. */
  private @Nullable Frame completing(OpCompleteExit exit) {
    LiveThread thread = trial.tracks().stage().thread();
    return thread == null ? null : thread.in(Kind.COMPLETION, exit.header().opId());
  }
}
