package org.wsktrace.rule.performance;

import org.jspecify.annotations.Nullable;
import org.wsktrace.event.NtStatus;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent.OpComplete;
import org.wsktrace.event.WskEvent.OpExit;
import org.wsktrace.event.WskEvent.WaitEnter;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Need;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Setting;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveOperation;
import org.wsktrace.track.LiveSocket;
import org.wsktrace.track.LiveThread;
import org.wsktrace.track.LiveThread.Frame;
import org.wsktrace.track.LiveThread.Kind;
import org.wsktrace.track.Memo;

/**
 * Nearly every send and receive of a socket that pended completes while the thread that called it
 * waits, in a wait that began behind the return of the call. What the wait is for is not looked at.
 * Creating, binding, connecting and closing may well be waited for.
 */
public final class SynchronousWrapper {
  private static final Setting OPERATIONS =
      Setting.count("WSK-PERF-014.operations", "so many operations are looked at together", 100);
  private static final Setting SHARE =
      Setting.percent("WSK-PERF-014.share", "so many of them are waited for", 90);

  public static final Rule RULE =
      Rule.declare("WSK-PERF-014", "Synchronous wrapper around sends and receives")
          .note(Effect.PERFORMANCE)
          .heuristic()
          .needs(Need.CALLS, Need.WAITS)
          .title(
              "{waited} of {operations} sends and receives on socket {socket} were waited for by the thread that called them")
          .why(
              "A thread that waits for each request carries one request at a time and costs two switches for each; the connection is idle"
                  + " while it wakes up.")
          .fix(
              "Go on in the completion routine, or in a worker that it queues, and keep several requests in flight.")
          .source(
              "windows-hardware/drivers/network/performing-asynchronous-i-o-with-winsock-kernel")
          .settings(OPERATIONS, SHARE)
          .judgedBy(SynchronousWrapper::new);

  private final Trial trial;
  private final long operations;
  private final Memo<LiveSocket, Share> shares;
  private boolean waitsRecorded;

  /** The last operations of a socket that pended. */
  private static final class Share {
    @Nullable TimedEvent lastWait;
    long pended;
    long waited;
  }

  private SynchronousWrapper(Trial trial) {
    this.trial = trial;
    this.operations = trial.value(OPERATIONS);
    this.shares = trial.tracks().sockets().memo(Share::new);
    trial.on(WaitEnter.class, _ -> waitsRecorded = true);
    trial.on(OpComplete.class, this::completed);
  }

  private void completed(OpComplete complete) {
    LiveOperation operation = trial.operation();
    LiveSocket socket = trial.socket();
    if (!waitsRecorded
        || operation == null
        || socket == null
        || !isData(operation)
        || operation.enter() == null
        || operation.exit() == null
        || !(operation.exit().event() instanceof OpExit exit)
        || exit.status() != NtStatus.PENDING) {
      return;
    }
    Share share = shares.of(socket);
    LiveThread caller = trial.tracks().threads().of(operation.enter().event());
    Frame top = caller == null ? null : caller.top();
    share.pended++;
    if (top != null && top.kind() == Kind.WAIT && top.enter().seq() > exit.seq()) {
      share.waited++;
      share.lastWait = top.enter();
    }
    if (share.pended >= operations) {
      judge(socket, operation, share);
    }
  }

  private void judge(LiveSocket socket, LiveOperation last, Share share) {
    if (share.waited * 100 >= trial.value(SHARE) * share.pended && last.enter() != null) {
      trial.charge(
          Charge.of(trial.event(), "complete")
              .showing(last)
              .with(share.lastWait, "wait")
              .blaming(last.enter())
              .count("waited", share.waited)
              .count("operations", share.pended)
              .address("socket", socket.address()));
    }
    share.pended = 0;
    share.waited = 0;
    share.lastWait = null;
  }

  private static boolean isData(LiveOperation operation) {
    return switch (operation.verb()) {
      case WSK_SEND, WSK_SEND_TO, WSK_SEND_MESSAGES, WSK_RECEIVE, WSK_RECEIVE_FROM -> true;
      default -> false;
    };
  }
}
