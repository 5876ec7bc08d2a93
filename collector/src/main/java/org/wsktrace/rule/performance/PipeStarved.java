package org.wsktrace.rule.performance;

import org.jspecify.annotations.Nullable;
import org.wsktrace.event.CallbackKind;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.Verb;
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
 * WSK has told an ideal backlog (WskSendBacklogEvent), and nearly every WskSend starts right after
 * another one completed and leaves less than half of that in flight: the driver has more to send,
 * and holds it back. With a single send in flight it is WSK-PERF-002.
 */
public final class PipeStarved {
  private static final Setting SENDS =
      Setting.count("WSK-PERF-004.sends", "so many sends are looked at together", 64);
  private static final Setting SHARE =
      Setting.percent("WSK-PERF-004.share", "so many of them leave the pipe half empty", 95);
  private static final Setting PART =
      Setting.percent("WSK-PERF-004.backlog", "less of the ideal backlog is too little", 50);
  private static final Setting TURN =
      Setting.nanos("WSK-PERF-004.turn", "a send that comes later had to be waited for", 200_000);

  public static final Rule RULE =
      Rule.declare("WSK-PERF-004", "Starved pipe")
          .note(Effect.PERFORMANCE)
          .heuristic()
          .title(
              "Socket {socket} has at most {bytes} of sends in flight, and its ideal backlog is {ideal}")
          .why(
              "The connection could carry more in each round trip than it is given. The driver seems to have more to send: it does so"
                  + " as soon as a send completes.")
          .fix("Keep as many bytes in flight as WSK asks for.")
          .source("windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_send_backlog_event")
          .settings(SENDS, SHARE, PART, TURN)
          .judgedBy(PipeStarved::new);

  private final Trial trial;
  private final Memo<LiveSocket, Pipe> pipes;
  private final long sends;
  private final long part;
  private final long turn;

  /** The last sends of a socket. */
  private static final class Pipe extends Outgoing {
    long ideal;
    @Nullable TimedEvent backlog;
    @Nullable TimedEvent first;
    long count;
    long starved;
    long most;
  }

  private PipeStarved(Trial trial) {
    this.trial = trial;
    this.sends = trial.value(SENDS);
    this.part = trial.value(PART);
    this.turn = trial.value(TURN);
    this.pipes = trial.tracks().sockets().memo(Pipe::new);
    trial.on(SendEnter.class, this::sent);
    trial.on(OpComplete.class, this::completed);
    trial.on(CallbackEnter.class, this::called);
  }

  private void called(CallbackEnter callback) {
    LiveSocket socket = trial.socket();
    if (socket == null) {
      return;
    }
    if (callback.kind() == CallbackKind.WSK_SEND_BACKLOG_EVENT) {
      Pipe pipe = pipes.of(socket);
      pipe.ideal = callback.backlogSize();
      pipe.backlog = trial.event();
      restart(pipe);
    } else if (callback.kind() == CallbackKind.WSK_RECEIVE_EVENT) {
      Pipe pipe = pipes.known(socket);
      if (pipe != null) {
        pipe.heard = true;
      }
    }
  }

  private void sent(SendEnter send) {
    LiveSocket socket = trial.socket();
    if (socket == null || send.verb() != Verb.WSK_SEND || !Outgoing.isFollowed(send)) {
      return;
    }
    Pipe pipe = pipes.of(socket);
    long left = pipe.bytes + send.length();
    boolean starved =
        pipe.sends > 0
            && !pipe.heard
            && trial.nanos() - pipe.lastDone <= turn
            && left * 100 < part * pipe.ideal;
    pipe.entered(send.length(), true);
    if (pipe.ideal == 0) {
      return;
    }
    pipe.first = pipe.first == null ? trial.event() : pipe.first;
    pipe.count++;
    pipe.starved += starved ? 1 : 0;
    pipe.most = Math.max(pipe.most, left);
    if (pipe.count >= sends) {
      if (pipe.starved * 100 >= trial.value(SHARE) * pipe.count) {
        trial.charge(
            Charge.of(trial.event(), "last send")
                .with(pipe.first, "first send")
                .with(pipe.backlog, "ideal backlog")
                .address("socket", socket.address())
                .bytes("bytes", pipe.most)
                .bytes("ideal", pipe.ideal));
      }
      restart(pipe);
    }
  }

  private static void restart(Pipe pipe) {
    pipe.first = null;
    pipe.count = 0;
    pipe.starved = 0;
    pipe.most = 0;
  }

  private void completed(OpComplete complete) {
    Pipe pipe = trial.socket() == null ? null : pipes.known(trial.socket());
    LiveOperation operation = trial.operation();
    if (pipe != null && operation != null) {
      if (complete.verb() == Verb.WSK_SEND) {
        pipe.completed(operation, trial.nanos());
      } else if (Outgoing.isReceive(complete)) {
        pipe.heard = true;
      }
    }
  }
}
