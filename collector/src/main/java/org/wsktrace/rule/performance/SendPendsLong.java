package org.wsktrace.rule.performance;

import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent.OpComplete;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Once;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Setting;
import org.wsktrace.rule.Severity;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveOperation;
import org.wsktrace.track.LiveSocket;
import org.wsktrace.track.Memo;

/**
 * A send is in flight for seconds: a warning, told while it lasts. Or it took many times longer
 * than the slowest of the sends of its socket before it, and a noticeable time: a note. For that
 * the sends are taken by the hundred, and compared with the hundred before.
 */
public final class SendPendsLong {
  private static final Setting LONG =
      Setting.seconds("WSK-PERF-005.long", "a send in flight for longer is stuck", 5);
  private static final Setting TIMES =
      Setting.count(
          "WSK-PERF-005.times", "so many times the slowest of the sends before is an outlier", 10);
  private static final Setting NOTICEABLE =
      Setting.millis("WSK-PERF-005.noticeable", "a send that is faster is no outlier", 100);

  public static final Rule RULE =
      Rule.declare("WSK-PERF-005", "Send pends for long")
          .warning(Effect.PERFORMANCE)
          .heuristic()
          .title("{call} on socket {socket} {is} in flight for {age}")
          .why(
              "A send completes when the peer has acknowledged all of it. One that does not means a closed window, a peer that does not"
                  + " read, or one that is gone; its memory stays locked all the time.")
          .fix(
              "Give sends a limit in time: disconnect abortively or close the socket when it is reached, and turn on keep-alives.")
          .source("windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_send")
          .settings(LONG, TIMES, NOTICEABLE)
          .judgedBy(SendPendsLong::new);

  /** All that is in flight is looked through so often. */
  private static final long LOOK_NANOS = 1_000_000_000;

  private static final int BLOCK = 100;

  private final Trial trial;
  private final long tooLong;
  private final long times;
  private final long noticeable;
  private final Memo<LiveOperation, Once> told;
  private final Memo<LiveSocket, Latencies> latencies;
  private long lastLook;

  /** How long the sends of a socket took, by the hundred. */
  private static final class Latencies {
    int count;
    long slowest;
    long slowestBefore;

    void add(long latency) {
      slowest = Math.max(slowest, latency);
      if (++count == BLOCK) {
        slowestBefore = slowest;
        slowest = 0;
        count = 0;
      }
    }
  }

  private SendPendsLong(Trial trial) {
    this.trial = trial;
    this.tooLong = trial.value(LONG);
    this.times = trial.value(TIMES);
    this.noticeable = trial.value(NOTICEABLE);
    this.told = trial.tracks().operations().memo(Once::new);
    this.latencies = trial.tracks().sockets().memo(Latencies::new);
    trial.on(OpComplete.class, this::completed);
    trial.onTick(this::look);
  }

  private void completed(OpComplete complete) {
    LiveOperation operation = trial.operation();
    LiveSocket socket = trial.socket();
    if (operation == null || socket == null || !Outgoing.isSend(complete.verb())) {
      return;
    }
    long latency = Outgoing.latency(operation, trial.nanos());
    if (latency >= tooLong) {
      tell(Charge.of(trial.event(), "complete"), operation, socket, latency);
      return;
    }
    Latencies before = latencies.of(socket);
    if (latency >= noticeable
        && before.slowestBefore > 0
        && latency / times > before.slowestBefore) {
      trial.charge(
          Charge.of(trial.event(), "complete")
              .showing(operation)
              .blaming(operation.enter() == null ? trial.event() : operation.enter())
              .saying(
                  "{call} on socket {socket} took {age}, and none of the hundred before it more than {before}")
              .operation("call", operation)
              .address("socket", socket.address())
              .nanos("age", latency)
              .nanos("before", before.slowestBefore)
              .as(Severity.NOTE));
    }
    before.add(latency);
  }

  private void look() {
    long now = trial.nanos();
    if (now - lastLook < LOOK_NANOS) {
      return;
    }
    lastLook = now;
    for (LiveOperation operation : trial.tracks().operations().living()) {
      TimedEvent enter = operation.enter();
      if (enter == null || operation.socket() == null) {
        continue;
      }
      if (now - enter.nanos() < tooLong) {
        // They come in the order of their enters.
        return;
      }
      if (Outgoing.isSend(operation.verb())
          && operation.inFlight()
          && !operation.unsettled()
          && !operation.abandoned()) {
        tell(Charge.late(trial.event()), operation, operation.socket(), now - enter.nanos());
      }
    }
  }

  private void tell(Charge charge, LiveOperation operation, LiveSocket socket, long age) {
    if (operation.enter() != null && told.of(operation).first()) {
      trial.charge(
          charge
              .showing(operation)
              .blaming(operation.enter())
              .operation("call", operation)
              .address("socket", socket.address())
              .words("is", charge.exhibits().isEmpty() ? "is" : "was")
              .nanos("age", age));
    }
  }
}
