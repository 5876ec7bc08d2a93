package org.wsktrace.rule.irp;

import org.wsktrace.event.WskEvent.IrpCompleteRequest;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Need;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveIrp;

/**
 * IoCompleteRequest of an IRP that the driver made. Those from above are completed all day long.
 */
public final class OwnIrpCompleted {
  public static final Rule RULE =
      Rule.declare("WSK-IRP-010", "IoCompleteRequest of the driver's own IRP")
          .error(Effect.BUGCHECK)
          .proved()
          .needs(Need.IRP_CALLS)
          .title(
              "IoCompleteRequest was called for IRP {irp}, which the driver made itself by {birth}")
          .why(
              "Nobody above waits for it: there is no stack location to return to and no thread to tell. The I/O manager reads what is"
                  + " behind the IRP (bugcheck 0x44 or 0xC9).")
          .fix(
              "Free the IRP with IoFreeIrp instead; only the driver that was sent an IRP completes it.")
          .source("windows-hardware/drivers/ddi/wdm/nf-wdm-ioallocateirp")
          .judgedBy(OwnIrpCompleted::new);

  private final Trial trial;

  private OwnIrpCompleted(Trial trial) {
    this.trial = trial;
    trial.on(IrpCompleteRequest.class, _ -> completed());
  }

  private void completed() {
    LiveIrp irp = trial.irp();
    if (irp != null && Origin.isOwn(irp)) {
      trial.charge(
          Charge.of(trial.event(), "complete request")
              .with(irp.birth(), "allocate")
              .with(irp.lastCompletion(), "complete")
              .address("irp", irp.address())
              .words("birth", irp.kind().label()));
    }
  }
}
