package org.wsktrace.rule.irp;

import org.jspecify.annotations.Nullable;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent.OpComplete;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveIrp;
import org.wsktrace.track.LiveOperation;

/**
 * The completion routine of one call runs a second time. The capture driver remembers each call by
 * itself, so the second completion is told from that of a later call with the same IRP. A first
 * completion whose call was not recorded is the trace's matter, not the driver's.
 */
public final class CompletedTwice {
  public static final Rule RULE =
      Rule.declare("WSK-IRP-012", "IRP completed twice")
          .error(Effect.BUGCHECK)
          .proved()
          .title("IRP {irp} completed twice for one {verb}")
          .why(
              "The routine frees or signals what it has freed or signalled before (bugcheck 0x44 if the I/O manager notices). Mostly the"
                  + " IRP was set up again or freed while it was in flight, and its memory carries two requests.")
          .fix(
              "Look at all calls with this IRP: one IRP for each operation in flight, and no IoReuseIrp, IoInitializeIrp or IoFreeIrp"
                  + " before its completion.")
          .source(
              "windows-hardware/drivers/debugger/bug-check-0x44--multiple-irp-complete-requests")
          .judgedBy(CompletedTwice::new);

  private final Trial trial;

  private CompletedTwice(Trial trial) {
    this.trial = trial;
    trial.on(OpComplete.class, this::completed);
  }

  private void completed(OpComplete complete) {
    LiveOperation operation = trial.operation();
    TimedEvent first =
        operation != null
            ? operation.completion()
            : trial.tracks().operations().completionOf(complete.header().opId());
    if (first == null) {
      return;
    }
    Charge charge =
        Charge.of(trial.event(), "complete again")
            .with(first, "complete")
            .with(setUpAgain(complete.irp(), first), "set up again")
            .address("irp", complete.irp())
            .words("verb", complete.verb().label());
    trial.charge(operation == null ? charge : charge.showing(operation));
  }

  /** The next life at the address, where there is one. */
  private @Nullable TimedEvent setUpAgain(long address, TimedEvent first) {
    LiveIrp irp = trial.tracks().irps().living(address);
    return irp != null && irp.birth().seq() > first.seq() ? irp.birth() : null;
  }
}
