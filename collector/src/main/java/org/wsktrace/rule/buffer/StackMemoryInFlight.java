package org.wsktrace.rule.buffer;

import org.wsktrace.event.MdlSnap;
import org.wsktrace.event.WskEvent.DataEnter;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveOperation;
import org.wsktrace.track.MdlTracker;

/**
 * Data or an MDL on the kernel stack, and the function that they lie in has returned while the
 * operation is in flight; or data on the stack that an MDL passes off as nonpaged pool, which is
 * wrong even if somebody waits. A function is known to have returned when its thread makes a call
 * from further up the stack: a thread that does nothing which is recorded is not found out. The
 * WSK_BUF itself may lie on the stack.
 */
public final class StackMemoryInFlight {
  public static final Rule RULE =
      Rule.declare("WSK-BUF-010", "Stack memory in an operation in flight")
          .error(Effect.CORRUPTION)
          .proved()
          .title(
              "The function that {what} of {operation} lies in has returned while the operation is in flight")
          .why(
              "The next function that the thread calls puts its own variables there. The transport sends them, or overwrites them and the"
                  + " return addresses between them, which ends anywhere. The pages of a kernel stack can be exchanged for others, too: only"
                  + " a lock keeps them.")
          .fix(
              "Allocate data and MDL from nonpaged pool and free them in the completion routine; or wait for the completion in the"
                  + " function that they lie in.")
          .source("windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_send_to")
          .judgedBy(StackMemoryInFlight::new);

  private final Trial trial;
  private final MdlTracker mdls;
  private final StackWatch watch;

  private StackMemoryInFlight(Trial trial) {
    this.trial = trial;
    this.mdls = trial.tracks().mdls();
    this.watch = new StackWatch(trial, this::gone);
    trial.on(DataEnter.class, this::entered);
  }

  private void entered(DataEnter data) {
    for (MdlSnap snap : data.mdlSnaps()) {
      long va = snap.startVa() + snap.byteOffset();
      if (StackWatch.isOnStack(data, va)) {
        if (mdls.isNonPagedPool(snap.mdlFlags())) {
          trial.charge(
              Charge.of(trial.event(), "enter")
                  .saying(
                      "{call} was given MDL {mdl}, built for nonpaged pool, which lies on the stack at {va}")
                  .words("call", data.verb().label())
                  .address("mdl", snap.ptr())
                  .address("va", va));
          continue;
        }
        watch.watch(data, "the data", va);
      }
      if (StackWatch.isOnStack(data, snap.ptr())) {
        watch.watch(data, "the MDL", snap.ptr());
      }
    }
  }

  private void gone(StackWatch.Watched watched, LiveOperation operation) {
    Charge charge = Charge.of(trial.event(), "call from further up").against(operation);
    trial.charge(
        (operation.enter() == null ? charge : charge.blaming(operation.enter()))
            .words("what", watched.what())
            .operation("operation", operation));
  }
}
