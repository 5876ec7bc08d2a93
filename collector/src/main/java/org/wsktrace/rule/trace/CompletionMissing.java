package org.wsktrace.rule.trace;

import org.wsktrace.event.NtStatus;
import org.wsktrace.event.Verb;
import org.wsktrace.event.WskEvent.OpExit;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Setting;
import org.wsktrace.rule.Severity;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveOperation;

/**
 * A call returned something else than STATUS_PENDING, and its IRP does not complete. WSK completes
 * the IRP of every call, the documentation says, but for some statuses it does not say it: for
 * those this is the experiment that settles it. One finding for each call site.
 */
public final class CompletionMissing {
  private static final Setting WAIT =
      Setting.millis(
          "WSK-TRC-004.wait", "an IRP completes so long after a call that does not pend", 100);

  public static final Rule RULE =
      Rule.declare("WSK-TRC-004", "Call that does not pend and does not complete")
          .note(Effect.SEMANTICS)
          .strong()
          .title("{call} returned {status} and did not complete within {wait}: {docs}")
          .why(
              "Whether the completion routine runs decides who frees the IRP. A driver that waits for it may wait for ever here; one that"
                  + " does not may free it twice elsewhere.")
          .fix(
              "Avoid the call that WSK refuses. Do not free in the caller what the completion routine frees: find out which of the two it"
                  + " is on each version of Windows.")
          .source("windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_send")
          .settings(WAIT)
          .judgedBy(CompletionMissing::new);

  private final Trial trial;
  private final Unfinished unfinished = new Unfinished();

  private CompletionMissing(Trial trial) {
    this.trial = trial;
    trial.on(OpExit.class, this::returned);
    trial.onTick(this::look);
  }

  private void returned(OpExit exit) {
    if (exit.status() == NtStatus.PENDING) {
      return;
    }
    LiveOperation operation = trial.operation();
    if (operation != null
        && operation.enter() != null
        && operation.inFlight()
        && operation.inCall()
        && !operation.abandoned()) {
      unfinished.add(operation, trial.event());
    }
  }

  private void look() {
    unfinished.due(
        trial.nanos() - trial.value(WAIT),
        item -> {
          if (item.since().event() instanceof OpExit exit && item.operation().enter() != null) {
            boolean open = isLeftOpen(exit.verb(), exit.status());
            trial.charge(
                Charge.late(trial.event())
                    .with(item.operation().enter(), "enter")
                    .with(item.since(), "return")
                    .blaming(item.operation().enter())
                    .operation("call", item.operation())
                    .status("status", exit.status())
                    .nanos("wait", trial.value(WAIT))
                    .words(
                        "docs",
                        open
                            ? "the documentation leaves open whether it does"
                            : "the documentation says that it does")
                    .as(open ? Severity.NOTE : Severity.WARNING));
          }
        });
  }

  /** Rows of the documentation that do not say that the IRP completes. */
  private static boolean isLeftOpen(Verb verb, int status) {
    return switch (status) {
      case NtStatus.NOT_SUPPORTED -> true;
      case NtStatus.INVALID_PARAMETER ->
          verb == Verb.WSK_CONNECT_EX
              || verb == Verb.WSK_GET_ADDRESS_INFO
              || verb == Verb.WSK_GET_NAME_INFO;
      case NtStatus.NO_MATCH -> verb == Verb.WSK_GET_ADDRESS_INFO || verb == Verb.WSK_GET_NAME_INFO;
      case NtStatus.BUFFER_OVERFLOW ->
          verb == Verb.WSK_CONNECT_EX || verb == Verb.WSK_CONTROL_CLIENT;
      default -> false;
    };
  }
}
