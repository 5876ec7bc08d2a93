package org.wsktrace.rule.performance;

import org.jspecify.annotations.Nullable;
import org.wsktrace.event.ControlCode;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.Verb;
import org.wsktrace.event.WskEvent.OpComplete;
import org.wsktrace.event.WskEvent.OpEnter;
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
 * Small sends that wait for each other. TCP holds a small segment back while another is not
 * acknowledged (Nagle), and the peer holds the acknowledgement back for 40 or 200 milliseconds: a
 * small WskSend that starts while a small one is in flight completes just then. Sends with
 * WSK_FLAG_NODELAY and sockets with TCP_NODELAY do not wait. A socket whose fastest WskConnect or
 * small send took longer than the limit, and not just such a delay, has a long way to its peer and
 * is not judged. The opposite, WSK_FLAG_NODELAY on every piece, is found as WSK-PERF-001.
 */
public final class DelayedAcknowledgement {
  private static final Setting CASES =
      Setting.count("WSK-PERF-006.cases", "so many delayed sends are no chance", 5);
  private static final Setting BYTES =
      Setting.bytes("WSK-PERF-006.bytes", "a send of fewer bytes is less than a segment", 1460);
  private static final Setting SHORT_FROM =
      Setting.millis(
          "WSK-PERF-006.short-from", "the short delay of acknowledgements, at least", 35);
  private static final Setting SHORT_TO =
      Setting.millis("WSK-PERF-006.short-to", "the short delay of acknowledgements, at most", 60);
  private static final Setting LONG_FROM =
      Setting.millis("WSK-PERF-006.long-from", "the long delay of acknowledgements, at least", 180);
  private static final Setting LONG_TO =
      Setting.millis("WSK-PERF-006.long-to", "the long delay of acknowledgements, at most", 220);
  private static final Setting NEAR =
      Setting.millis(
          "WSK-PERF-006.near", "a peer that answers later is far, and delays prove nothing", 30);

  public static final Rule RULE =
      Rule.declare("WSK-PERF-006", "Small sends wait for delayed acknowledgements")
          .note(Effect.PERFORMANCE)
          .heuristic()
          .title(
              "{cases} small WskSend on socket {socket} waited for the acknowledgement of the one before, the last for {delay}")
          .why(
              "TCP does not send a small segment while another is not acknowledged, and the peer waits with its acknowledgement for"
                  + " more data: both wait until a timer ends it.")
          .fix("Send a message as one chain of MDLs, or its last part with WSK_FLAG_NODELAY.")
          .source("windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_send")
          .settings(CASES, BYTES, SHORT_FROM, SHORT_TO, LONG_FROM, LONG_TO, NEAR)
          .judgedBy(DelayedAcknowledgement::new);

  private static final long WSK_FLAG_NODELAY = 0x2;

  private final Trial trial;
  private final long bytes;
  private final long near;
  private final Memo<LiveSocket, Dialogue> dialogues;

  /** The small sends of a socket. */
  private static final class Dialogue {
    boolean noDelay;

    /** Small sends in flight. */
    int small;

    /** The send that has to wait for another one; 0 when there is none. */
    long waiting;

    /** The shortest time that anything took, if that is seen. */
    long fastest = Long.MAX_VALUE;

    int cases;
    @Nullable TimedEvent first;
  }

  private DelayedAcknowledgement(Trial trial) {
    this.trial = trial;
    this.bytes = trial.value(BYTES);
    this.near = trial.value(NEAR);
    this.dialogues = trial.tracks().sockets().memo(Dialogue::new);
    trial.on(OpEnter.class, this::entered);
    trial.on(SendEnter.class, this::sent);
    trial.on(OpComplete.class, this::completed);
  }

  private void entered(OpEnter call) {
    if (call.verb() == Verb.WSK_CONTROL_SOCKET
        && trial.socket() != null
        && ControlCode.TCP_NODELAY.isSetBy(call)) {
      dialogues.of(trial.socket()).noDelay = !call.input().isZero();
    }
  }

  private void sent(SendEnter send) {
    LiveSocket socket = trial.socket();
    if (socket == null
        || send.verb() != Verb.WSK_SEND
        || send.length() >= bytes
        || !Outgoing.isFollowed(send)) {
      return;
    }
    Dialogue dialogue = dialogues.of(socket);
    if (dialogue.small > 0
        && dialogue.waiting == 0
        && !dialogue.noDelay
        && (send.flags() & WSK_FLAG_NODELAY) == 0) {
      dialogue.waiting = send.header().opId();
    }
    dialogue.small++;
  }

  private void completed(OpComplete complete) {
    LiveSocket socket = trial.socket();
    LiveOperation operation = trial.operation();
    if (socket == null || operation == null || operation.enter() == null) {
      return;
    }
    switch (complete.verb()) {
      case WSK_CONNECT, WSK_CONNECT_EX -> measure(dialogues.of(socket), operation);
      case WSK_SEND -> {
        Dialogue dialogue = dialogues.known(socket);
        if (dialogue != null && operation.length() < bytes) {
          dialogue.small = Math.max(0, dialogue.small - 1);
          if (dialogue.waiting == operation.opId()) {
            dialogue.waiting = 0;
            waited(dialogue, socket, operation);
          } else {
            measure(dialogue, operation);
          }
        }
      }
      default -> {}
    }
  }

  private void measure(Dialogue dialogue, LiveOperation operation) {
    long latency = Outgoing.latency(operation, trial.nanos());
    if (!isDelay(latency)) {
      dialogue.fastest = Math.min(dialogue.fastest, latency);
    }
  }

  private void waited(Dialogue dialogue, LiveSocket socket, LiveOperation operation) {
    long latency = Outgoing.latency(operation, trial.nanos());
    boolean far = dialogue.fastest != Long.MAX_VALUE && dialogue.fastest > near;
    if (far || !isDelay(latency)) {
      return;
    }
    dialogue.first = dialogue.first == null ? operation.enter() : dialogue.first;
    dialogue.cases++;
    if (dialogue.cases >= trial.value(CASES)) {
      trial.charge(
          Charge.of(trial.event(), "complete")
              .showing(operation)
              .with(dialogue.first, "first of them")
              .blaming(operation.enter() == null ? trial.event() : operation.enter())
              .count("cases", dialogue.cases)
              .address("socket", socket.address())
              .nanos("delay", latency));
      dialogue.cases = 0;
      dialogue.first = null;
    }
  }

  private boolean isDelay(long latency) {
    return (latency >= trial.value(SHORT_FROM) && latency <= trial.value(SHORT_TO))
        || (latency >= trial.value(LONG_FROM) && latency <= trial.value(LONG_TO));
  }
}
