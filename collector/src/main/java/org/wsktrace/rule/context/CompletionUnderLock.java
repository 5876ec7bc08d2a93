package org.wsktrace.rule.context;

import org.wsktrace.event.WskEvent.OpComplete;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveOperation;
import org.wsktrace.track.LiveThread;

/**
 * A call is made at DISPATCH_LEVEL by a thread that is in no routine of WSK's, so the driver raised
 * the IRQL itself, and its completion routine ran before the call returned. Locks are not recorded,
 * so that a spin lock raised it, and that the routine takes the same one, is a guess; a DPC of the
 * driver's looks the same.
 */
public final class CompletionUnderLock {
  public static final Rule RULE =
      Rule.declare("WSK-CTX-005", "Completion under a lock of the caller")
          .note(Effect.HANG)
          .heuristic()
          .title("{operation} was called at {irql}, and its completion routine ran inside the call")
          .why(
              "A caller that holds a spin lock around the call holds it in its own completion routine too: if that takes the same lock the"
                  + " processor spins for ever, and if not, all others wait for the lock as long as the network stack works.")
          .fix("Take what the call needs under the lock, release it, then call.")
          .recordNext(
              "Run the driver with Driver Verifier's deadlock detection: it knows the locks.")
          .source("windows-hardware/drivers/ddi/wdm/nf-wdm-iocompleterequest")
          .judgedBy(CompletionUnderLock::new);

  private final Trial trial;

  private CompletionUnderLock(Trial trial) {
    this.trial = trial;
    trial.on(OpComplete.class, this::completed);
  }

  private void completed(OpComplete complete) {
    LiveOperation operation = trial.operation();
    if (operation == null
        || !operation.inCall()
        || operation.enter() == null
        || operation.enter().event().header().irql() < Irql.DISPATCH
        || operation.enter().event().header().tid() != complete.header().tid()
        || complete.header().tid() == 0) {
      return;
    }
    LiveThread thread = trial.tracks().stage().thread();
    if (thread != null
        && thread.frames().size() == 1
        && thread.frames().getFirst().operation() == operation) {
      trial.charge(
          Charge.of(trial.event(), "complete")
              .showing(operation)
              .blaming(operation.enter())
              .operation("operation", operation)
              .words("irql", Irql.name(operation.enter().event().header().irql())));
    }
  }
}
