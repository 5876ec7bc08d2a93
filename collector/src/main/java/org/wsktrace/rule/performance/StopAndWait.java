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
 * Nearly every WskSend of a socket starts when nothing else is in flight and right after the last
 * one completed, so there was something to send all the time; and the completions take much longer
 * than the driver takes to go on. A send that comes after the peer has said something is an answer
 * or a request of a dialogue, and none of these.
 */
public final class StopAndWait {
  private static final Setting SENDS =
      Setting.count("WSK-PERF-002.sends", "so many sends are looked at together", 64);
  private static final Setting SHARE =
      Setting.percent(
          "WSK-PERF-002.share", "so many of them start alone, right after the last", 95);
  private static final Setting TURN =
      Setting.nanos("WSK-PERF-002.turn", "a send that comes later had to be waited for", 200_000);
  private static final Setting LATENCY =
      Setting.millis(
          "WSK-PERF-002.latency", "a send that completes faster keeps nobody waiting", 1);

  public static final Rule RULE =
      Rule.declare("WSK-PERF-002", "Stop and wait")
          .note(Effect.PERFORMANCE)
          .heuristic()
          .title(
              "{alone} of {sends} WskSend on socket {socket} waited for the last one to complete, {latency} each on average")
          .why(
              "WSK completes a send when the peer has acknowledged it. With one send at a time the connection carries one buffer in each"
                  + " round trip and is idle for the rest of it.")
          .fix(
              "Keep several sends in flight, about as many bytes as WskSendBacklogEvent or SIO_WSK_QUERY_IDEAL_SEND_BACKLOG asks for.")
          .source(
              "windows-hardware/drivers/network/using-winsock-kernel-functions-vs--event-callback-functions")
          .settings(SENDS, SHARE, TURN, LATENCY)
          .judgedBy(StopAndWait::new);

  private final Trial trial;
  private final Memo<LiveSocket, Pipe> pipes;
  private final long sends;
  private final long turn;

  /** The last sends of a socket. */
  private static final class Pipe extends Outgoing {
    @Nullable TimedEvent first;
    long count;
    long alone;
    long done;
    long waited;
  }

  private StopAndWait(Trial trial) {
    this.trial = trial;
    this.sends = trial.value(SENDS);
    this.turn = trial.value(TURN);
    this.pipes = trial.tracks().sockets().memo(Pipe::new);
    trial.on(SendEnter.class, this::sent);
    trial.on(OpComplete.class, this::completed);
    trial.on(CallbackEnter.class, this::called);
  }

  private void sent(SendEnter send) {
    LiveSocket socket = trial.socket();
    if (socket == null || send.verb() != Verb.WSK_SEND || !Outgoing.isFollowed(send)) {
      return;
    }
    Pipe pipe = pipes.of(socket);
    boolean alone = pipe.sends == 0 && !pipe.heard && trial.nanos() - pipe.lastDone <= turn;
    pipe.first = pipe.first == null ? trial.event() : pipe.first;
    pipe.count++;
    pipe.alone += alone ? 1 : 0;
    pipe.entered(send.length(), true);
    if (pipe.count >= sends && pipe.done > 0) {
      judge(socket, pipe);
    }
  }

  private void judge(LiveSocket socket, Pipe pipe) {
    long latency = pipe.waited / pipe.done;
    if (pipe.alone * 100 >= trial.value(SHARE) * pipe.count && latency >= trial.value(LATENCY)) {
      trial.charge(
          Charge.of(trial.event(), "last send")
              .with(pipe.first, "first send")
              .count("alone", pipe.alone)
              .count("sends", pipe.count)
              .address("socket", socket.address())
              .nanos("latency", latency));
    }
    pipe.first = null;
    pipe.count = 0;
    pipe.alone = 0;
    pipe.done = 0;
    pipe.waited = 0;
  }

  private void completed(OpComplete complete) {
    Pipe pipe = trial.socket() == null ? null : pipes.known(trial.socket());
    LiveOperation operation = trial.operation();
    if (pipe == null || operation == null) {
      return;
    }
    if (complete.verb() == Verb.WSK_SEND) {
      pipe.completed(operation, trial.nanos());
      pipe.done++;
      pipe.waited += Outgoing.latency(operation, trial.nanos());
    } else if (Outgoing.isReceive(complete)) {
      pipe.heard = true;
    }
  }

  private void called(CallbackEnter callback) {
    if (callback.kind() == CallbackKind.WSK_RECEIVE_EVENT && trial.socket() != null) {
      Pipe pipe = pipes.known(trial.socket());
      if (pipe != null) {
        pipe.heard = true;
      }
    }
  }
}
