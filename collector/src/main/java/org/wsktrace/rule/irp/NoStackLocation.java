package org.wsktrace.rule.irp;

import org.wsktrace.event.IrpSnap;
import org.wsktrace.event.WskEvent.CallEnter;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;

/** An IRP has no stack location left for WSK. A snapshot without a size tells nothing. */
public final class NoStackLocation {
  public static final Rule RULE =
      Rule.declare("WSK-IRP-015", "No stack location for WSK")
          .error(Effect.BUGCHECK)
          .proved()
          .title("{verb} was given IRP {irp}, which has no stack location left of its {count}")
          .why(
              "WSK passes the request on with IoCallDriver, which takes the next stack location. Without one the system stops (bugcheck"
                  + " 0x35, NO_MORE_IRP_STACK_LOCATIONS).")
          .fix(
              "Allocate the IRP with IoAllocateIrp(1, FALSE) at least. Of an IRP from above: give the device object a StackSize of one"
                  + " more, or take a new IRP.")
          .source("windows-hardware/drivers/network/using-irps-with-winsock-kernel-functions")
          .judgedBy(NoStackLocation::new);

  private final Trial trial;

  private NoStackLocation(Trial trial) {
    this.trial = trial;
    trial.on(CallEnter.class, this::entered);
  }

  private void entered(CallEnter call) {
    IrpSnap snap = call.irpSnap();
    if (snap.currentLocation() <= 1
        && snap.ptr() != 0
        && snap.size() != 0
        && trial.operation() == null) {
      trial.charge(
          Charge.of(trial.event(), "enter")
              .words("verb", call.verb().label())
              .address("irp", snap.ptr())
              .count("count", snap.stackCount()));
    }
  }
}
