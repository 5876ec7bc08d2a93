package org.wsktrace.rule.performance;

import org.jspecify.annotations.Nullable;
import org.wsktrace.event.CallbackKind;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.Verb;
import org.wsktrace.event.WskEvent.CallbackEnter;
import org.wsktrace.event.WskEvent.OpComplete;
import org.wsktrace.event.WskEvent.RecvEnter;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Setting;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveOperation;
import org.wsktrace.track.LiveSocket;
import org.wsktrace.track.Memo;

/**
 * A datagram socket without a WskReceiveFrom for a while, and when there is one again it completes
 * at once: datagrams were coming all the time. A socket with a WskReceiveFromEvent callback is not
 * judged. For a stream nothing is lost in such a gap, so it is not looked at.
 */
public final class ReceiveGap {
  private static final Setting GAPS =
      Setting.count("WSK-PERF-007.gaps", "so many gaps on a socket are a habit", 5);
  private static final Setting GAP =
      Setting.millis("WSK-PERF-007.gap", "longer without a WskReceiveFrom is a gap", 1);
  private static final Setting AT_ONCE =
      Setting.nanos("WSK-PERF-007.at-once", "a receive that completes sooner found data", 50_000);

  public static final Rule RULE =
      Rule.declare("WSK-PERF-007", "Nobody receives while datagrams come")
          .note(Effect.PERFORMANCE)
          .heuristic()
          .title(
              "Socket {socket} had no WskReceiveFrom posted in {gaps} gaps, the last of {gap}, and datagrams were waiting behind each")
          .why(
              "Datagrams that come while nobody receives wait in a small buffer of the transport, and are dropped when it is full.")
          .fix(
              "Keep several WskReceiveFrom posted and post the next in the completion of the last, from a worker; or use the"
                  + " WskReceiveFromEvent callback.")
          .source(
              "windows-hardware/drivers/network/using-winsock-kernel-functions-vs--event-callback-functions")
          .settings(GAPS, GAP, AT_ONCE)
          .judgedBy(ReceiveGap::new);

  private final Trial trial;
  private final long gap;
  private final long atOnce;
  private final Memo<LiveSocket, Inbox> inboxes;

  /** The receives of a socket. */
  private static final class Inbox {
    int posted;
    @Nullable TimedEvent idleSince;

    /** The receive behind a gap; 0 when there is none. */
    long behind;

    long length;
    long gaps;
    boolean byCallback;
  }

  private ReceiveGap(Trial trial) {
    this.trial = trial;
    this.gap = trial.value(GAP);
    this.atOnce = trial.value(AT_ONCE);
    this.inboxes = trial.tracks().sockets().memo(Inbox::new);
    trial.on(RecvEnter.class, this::posted);
    trial.on(OpComplete.class, this::completed);
    trial.on(CallbackEnter.class, this::called);
  }

  private void called(CallbackEnter callback) {
    if (callback.kind() == CallbackKind.WSK_RECEIVE_FROM_EVENT && trial.socket() != null) {
      inboxes.of(trial.socket()).byCallback = true;
    }
  }

  private void posted(RecvEnter receive) {
    LiveSocket socket = trial.socket();
    if (socket == null
        || receive.verb() != Verb.WSK_RECEIVE_FROM
        || !Outgoing.isFollowed(receive)) {
      return;
    }
    Inbox inbox = inboxes.of(socket);
    TimedEvent idle = inbox.idleSince;
    if (inbox.posted == 0
        && idle != null
        && !inbox.byCallback
        && trial.nanos() - idle.nanos() > gap) {
      inbox.behind = receive.header().opId();
      inbox.length = trial.nanos() - idle.nanos();
    }
    inbox.posted++;
  }

  private void completed(OpComplete complete) {
    if (complete.verb() != Verb.WSK_RECEIVE_FROM || trial.socket() == null) {
      return;
    }
    LiveOperation operation = trial.operation();
    Inbox inbox = inboxes.known(trial.socket());
    if (inbox == null || operation == null || operation.enter() == null) {
      return;
    }
    inbox.posted = Math.max(0, inbox.posted - 1);
    TimedEvent idle = inbox.idleSince;
    inbox.idleSince = trial.event();
    if (inbox.behind == operation.opId()) {
      inbox.behind = 0;
      inbox.gaps +=
          complete.ioStatus() >= 0 && Outgoing.latency(operation, trial.nanos()) <= atOnce ? 1 : 0;
      if (inbox.gaps >= trial.value(GAPS)) {
        trial.charge(
            Charge.of(trial.event(), "complete")
                .with(idle, "last receive done")
                .with(operation.enter(), "next receive")
                .blaming(operation.enter())
                .address("socket", trial.socket().address())
                .count("gaps", inbox.gaps)
                .nanos("gap", inbox.length));
        inbox.gaps = 0;
      }
    }
  }
}
