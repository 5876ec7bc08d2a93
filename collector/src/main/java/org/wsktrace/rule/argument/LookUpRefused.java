package org.wsktrace.rule.argument;

import org.wsktrace.event.Verb;
import org.wsktrace.event.WskEvent.FaultInjected;
import org.wsktrace.event.WskEvent.OpComplete;
import org.wsktrace.event.WskEvent.OpExit;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveOperation;
import org.wsktrace.track.Memo;

/**
 * WskGetAddressInfo or WskGetNameInfo is refused for its arguments. The process and the thread
 * whose rights a look-up is done with are not recorded, nor the service's name: so what is wrong is
 * not known, only that something is, from the status.
 */
public final class LookUpRefused {
  public static final Rule RULE =
      Rule.declare("WSK-ARG-010", "Name look-up refused for its arguments")
          .warning(Effect.SEMANTICS)
          .strong()
          .title("{verb} was refused with STATUS_INVALID_PARAMETER")
          .why(
              "No look-up is done. OwningThread may be given only together with OwningProcess, and neither while the calling thread"
                  + " impersonates somebody; a host's name or a service's must be given, each ending with a null character.")
          .fix(
              "Pass OwningProcess wherever you pass OwningThread, or NULL for both; end the impersonation before the call; check"
                  + " the names.")
          .source("windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_get_address_info")
          .judgedBy(LookUpRefused::new);

  private static final int INVALID_PARAMETER = 0xC000000D;

  private final Trial trial;

  /** Operations that the capture driver failed on purpose, or whose refusal is charged. */
  private final Memo<LiveOperation, boolean[]> settled;

  private LookUpRefused(Trial trial) {
    this.trial = trial;
    this.settled = trial.tracks().operations().memo(() -> new boolean[1]);
    trial.on(FaultInjected.class, this::injected);
    trial.on(OpExit.class, exit -> ended(exit.verb(), exit.status(), "return"));
    trial.on(OpComplete.class, complete -> ended(complete.verb(), complete.ioStatus(), "complete"));
  }

  private void injected(FaultInjected fault) {
    LiveOperation operation = trial.operation();
    if (operation != null && isLookUp(fault.verb())) {
      settled.of(operation)[0] = true;
    }
  }

  private void ended(Verb verb, int status, String role) {
    if (status != INVALID_PARAMETER || !isLookUp(verb)) {
      return;
    }
    LiveOperation operation = trial.operation();
    if (operation == null || operation.enter() == null || settled.of(operation)[0]) {
      return;
    }
    settled.of(operation)[0] = true;
    trial.charge(
        Charge.of(trial.event(), role)
            .showing(operation)
            .blaming(operation.enter())
            .words("verb", verb.label()));
  }

  private static boolean isLookUp(Verb verb) {
    return verb == Verb.WSK_GET_ADDRESS_INFO || verb == Verb.WSK_GET_NAME_INFO;
  }
}
