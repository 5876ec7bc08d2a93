package org.wsktrace.rule.performance;

import org.wsktrace.event.CallbackKind;
import org.wsktrace.event.WskEvent.CallbackEnter;
import org.wsktrace.event.WskEvent.OpComplete;
import org.wsktrace.event.WskEvent.SendEnter;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Setting;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveOperation;
import org.wsktrace.track.LiveSocket;
import org.wsktrace.track.Memo;

/**
 * More bytes of sends in flight on a socket than a multiple of the ideal backlog that WSK has told
 * (WskSendBacklogEvent), or than a fixed number where it has told none; or a lowest number of bytes
 * in flight that has grown in each of the last seconds. What the enters and completions sum up to
 * is counted again in the socket's queue before it is told.
 */
public final class SendsPileUp {
  private static final Setting TIMES =
      Setting.count("WSK-PERF-003.times", "so many times the ideal backlog are too much", 4);
  private static final Setting BYTES =
      Setting.bytes("WSK-PERF-003.bytes", "too much where WSK has told no ideal backlog", 4 << 20);
  private static final Setting SECONDS =
      Setting.count("WSK-PERF-003.seconds", "growth for so many seconds has no end", 10);

  public static final Rule RULE =
      Rule.declare("WSK-PERF-003", "Unbounded pending sends")
          .warning(Effect.PERFORMANCE)
          .heuristic()
          .title("Socket {socket} has {bytes} of sends in flight: {measure}")
          .why(
              "WSK does not buffer: each byte that was sent and not acknowledged is locked memory of the driver. A peer that reads"
                  + " slowly makes it grow until the machine has no nonpaged memory left.")
          .fix(
              "Stop sending when the bytes in flight reach the ideal backlog, and go on when a send completes.")
          .source("windows-hardware/drivers/network/sio-wsk-query-ideal-send-backlog")
          .settings(TIMES, BYTES, SECONDS)
          .judgedBy(SendsPileUp::new);

  private static final long SECOND = 1_000_000_000;

  private final Trial trial;
  private final Memo<LiveSocket, Pile> piles;
  private final long times;
  private final long bytes;
  private final long seconds;

  /** What a socket has in flight. */
  private static final class Pile extends Outgoing {
    long ideal;
    boolean told;
    long second = Long.MIN_VALUE / 2;
    long lowest;
    long lowestBefore;
    long growing;
  }

  private SendsPileUp(Trial trial) {
    this.trial = trial;
    this.times = trial.value(TIMES);
    this.bytes = trial.value(BYTES);
    this.seconds = trial.value(SECONDS);
    this.piles = trial.tracks().sockets().memo(Pile::new);
    trial.on(SendEnter.class, this::sent);
    trial.on(OpComplete.class, this::completed);
    trial.on(CallbackEnter.class, this::called);
  }

  private void called(CallbackEnter callback) {
    if (callback.kind() == CallbackKind.WSK_SEND_BACKLOG_EVENT && trial.socket() != null) {
      piles.of(trial.socket()).ideal = callback.backlogSize();
    }
  }

  private void sent(SendEnter send) {
    LiveSocket socket = trial.socket();
    if (socket == null || !Outgoing.isSend(send.verb()) || !Outgoing.isFollowed(send)) {
      return;
    }
    Pile pile = piles.of(socket);
    boolean grows = tick(pile);
    pile.entered(send.length(), trial.operation() == null);
    long limit = pile.ideal > 0 ? times * pile.ideal : bytes;
    if (pile.bytes <= limit && !grows) {
      pile.told &= pile.bytes > limit / 2;
    } else if (!pile.told) {
      long counted = count(socket) + send.length();
      boolean wrong = counted != pile.bytes;
      pile.bytes = counted;
      if (counted > limit && (pile.ideal > 0 || isOneOfSeveral(socket))) {
        pile.told = true;
        tell(
            socket,
            counted,
            pile.ideal > 0
                ? "%.1f times the ideal backlog of %d bytes"
                    .formatted((double) counted / pile.ideal, pile.ideal)
                : "WSK has told no ideal backlog");
      } else if (grows && !wrong) {
        pile.growing = 0;
        tell(socket, counted, "it has grown in each of the last %d seconds".formatted(seconds));
      }
    }
  }

  private void completed(OpComplete complete) {
    if (Outgoing.isSend(complete.verb()) && trial.socket() != null) {
      Pile pile = piles.known(trial.socket());
      LiveOperation operation = trial.operation();
      if (pile != null && operation != null) {
        pile.completed(operation, trial.nanos());
        pile.lowest = Math.min(pile.lowest, pile.bytes);
      }
    }
  }

  /** Begins a new second when the last one is over; true when enough of them have grown. */
  private boolean tick(Pile pile) {
    long now = trial.nanos();
    if (now - pile.second < SECOND) {
      return false;
    }
    boolean idle = now - pile.second >= 2 * SECOND;
    pile.growing = !idle && pile.lowest > pile.lowestBefore ? pile.growing + 1 : 0;
    pile.second = now;
    pile.lowestBefore = pile.lowest;
    pile.lowest = pile.bytes;
    return pile.growing >= seconds;
  }

  /** One long send piles up nothing; it is WSK that can't tell how much is ideal for it. */
  private boolean isOneOfSeveral(LiveSocket socket) {
    for (LiveOperation operation : socket.operations()) {
      if (operation.inFlight()
          && Outgoing.isSend(operation.verb())
          && operation.opId() != trial.event().event().header().opId()) {
        return true;
      }
    }
    return false;
  }

  private static long count(LiveSocket socket) {
    long sum = 0;
    for (LiveOperation operation : socket.operations()) {
      if (Outgoing.isSend(operation.verb())
          && operation.inFlight()
          && !operation.unsettled()
          && !operation.abandoned()) {
        sum += operation.length();
      }
    }
    return sum;
  }

  private void tell(LiveSocket socket, long counted, String measure) {
    Charge charge = Charge.of(trial.event(), "send");
    for (LiveOperation operation : socket.operations()) {
      if (Outgoing.isSend(operation.verb()) && operation.enter() != null) {
        charge = charge.with(operation.enter(), "eldest send");
        break;
      }
    }
    trial.charge(
        charge
            .address("socket", socket.address())
            .bytes("bytes", counted)
            .words("measure", measure));
  }
}
