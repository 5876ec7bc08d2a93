package org.wsktrace.rule.trace;

import org.wsktrace.event.NtStatus;
import org.wsktrace.event.Verb;
import org.wsktrace.event.WskEvent.OpComplete;
import org.wsktrace.event.WskEvent.OpExit;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Setting;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveOperation;
import org.wsktrace.track.LiveSocket;

/**
 * A pending operation whose completion was not seen, though the close of its socket has completed,
 * and WSK completes everything before that. So it completed past the capture driver: most likely
 * the client set its completion routine again after the call. An operation whose IRP was set up
 * again is left to WSK-IRP-005.
 */
public final class CompletionNotFollowed {
  private static final Setting WAIT =
      Setting.millis(
          "WSK-TRC-006.wait", "a completion is not seen so long after that of the close", 100);

  public static final Rule RULE =
      Rule.declare("WSK-TRC-006", "Completion past the capture")
          .warning(Effect.SEMANTICS)
          .strong()
          .title("{call} completed unseen: the close of its socket {socket} has completed")
          .why(
              "The capture driver stands in front of the completion routine that the IRP has at the call. A client that sets the routine"
                  + " again while the IRP is in flight changes an IRP that belongs to WSK, and nothing that follows is judged for it.")
          .fix("Call IoSetCompletionRoutine before the call of WSK, never after it.")
          .recordNext("Call stacks (tier stacks) show who made the call.")
          .source("windows-hardware/drivers/network/using-irps-with-winsock-kernel-functions")
          .settings(WAIT)
          .judgedBy(CompletionNotFollowed::new);

  /** So many operations of one socket are looked at. */
  private static final int LOOKED_AT = 64;

  private final Trial trial;
  private final Unfinished unfinished = new Unfinished();

  private CompletionNotFollowed(Trial trial) {
    this.trial = trial;
    trial.on(OpComplete.class, this::completed);
    trial.onTick(this::look);
  }

  private void completed(OpComplete complete) {
    if (complete.verb() != Verb.WSK_CLOSE_SOCKET || complete.ioStatus() < 0) {
      return;
    }
    LiveOperation close = trial.operation();
    LiveSocket socket = close == null ? null : close.socket();
    if (close == null || socket == null || socket.close() != close) {
      return;
    }
    int looked = 0;
    for (LiveOperation operation : socket.operations()) {
      if (looked++ == LOOKED_AT) {
        return;
      }
      if (operation != close
          && operation.enter() != null
          && operation.inFlight()
          && operation.exit() != null
          && operation.exit().event() instanceof OpExit exit
          && exit.status() == NtStatus.PENDING) {
        unfinished.add(operation, trial.event());
      }
    }
  }

  private void look() {
    unfinished.due(
        trial.nanos() - trial.value(WAIT),
        item -> {
          LiveSocket socket = item.operation().socket();
          if (socket != null && item.operation().enter() != null) {
            trial.charge(
                Charge.late(trial.event())
                    .with(item.operation().enter(), "enter")
                    .with(item.operation().exit(), "return")
                    .with(item.since(), "closed")
                    .blaming(item.operation().enter())
                    .operation("call", item.operation())
                    .address("socket", socket.address()));
          }
        });
  }
}
