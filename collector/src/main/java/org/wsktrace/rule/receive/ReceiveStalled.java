package org.wsktrace.rule.receive;

import org.jspecify.annotations.Nullable;
import org.wsktrace.event.NtStatus;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.Verb;
import org.wsktrace.event.WskEvent.CallbackEnter;
import org.wsktrace.event.WskEvent.CallbackExit;
import org.wsktrace.event.WskEvent.RecvEnter;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Setting;
import org.wsktrace.rule.Severity;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.Connection;
import org.wsktrace.track.LiveSocket;
import org.wsktrace.track.Memo;
import org.wsktrace.track.fact.SocketLife.State;
import org.wsktrace.track.receive.Indication;

/**
 * A callback did not take all of its data, so WSK calls it no more, and the driver does not do what
 * makes it call again: WskReceive on a connection, enabling the callback on a datagram socket,
 * where WskReceiveFrom is a way to receive too. A driver may hold back on purpose.
 */
public final class ReceiveStalled {
  private static final Setting STALL =
      Setting.seconds(
          "WSK-RCV-009.stall", "a socket whose receive callback rests so long is stalled", 1);

  private static final Setting HANG =
      Setting.seconds(
          "WSK-RCV-009.hang", "a socket whose receive callback rests so long is an error", 30);

  public static final Rule RULE =
      Rule.declare("WSK-RCV-009", "Receive callback waits to be resumed")
          .warning(Effect.HANG)
          .heuristic()
          .title(
              "Socket {socket} receives nothing: {callback} {how} {age} ago, and {resume} did not follow")
          .why(
              "After STATUS_DATA_NOT_ACCEPTED, or when only a part is accepted, WSK keeps the data and does not call the callback"
                  + " again by itself. The peer's window closes, and the connection stands still while both sides wait.")
          .fix(
              "Post a WskReceive for the rest, of 0 bytes if need be, when you can take data again; on a datagram socket enable"
                  + " WskReceiveFromEvent again by SO_WSK_EVENT_CALLBACK.")
          .source("windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_receive_event")
          .settings(STALL, HANG)
          .judgedBy(ReceiveStalled::new);

  /** What is known of a socket's last callback that did not take all, and what followed. */
  private static final class Rest {
    @Nullable TimedEvent enter;
    long blocked;
    long received;
    @Nullable Severity judged;
  }

  private final Trial trial;
  private final Memo<LiveSocket, Rest> rests;

  private ReceiveStalled(Trial trial) {
    this.trial = trial;
    this.rests = trial.tracks().sockets().memo(Rest::new);
    trial.on(CallbackExit.class, this::returned);
    trial.on(RecvEnter.class, this::received);
    trial.onTick(this::look);
  }

  private void returned(CallbackExit exit) {
    Indication indication = trial.tracks().indications().arriving(exit.header().opId());
    LiveSocket socket = trial.socket();
    if (indication == null
        || socket == null
        || !(indication.enter().event() instanceof CallbackEnter enter)) {
      return;
    }
    if (exit.status() == NtStatus.DATA_NOT_ACCEPTED
        || exit.bytesAccepted() != enter.bytesAccepted()) {
      Rest rest = rests.of(socket);
      rest.enter = indication.enter();
      rest.blocked = trial.event().seq();
      rest.judged = null;
    }
  }

  private void received(RecvEnter call) {
    LiveSocket socket = call.verb() == Verb.WSK_RECEIVE_FROM ? trial.socket() : null;
    Rest rest = socket == null ? null : rests.known(socket);
    if (rest != null) {
      rest.received = trial.event().seq();
    }
  }

  private void look() {
    long limit = trial.value(STALL);
    for (LiveSocket socket : trial.tracks().sockets().living()) {
      TimedEvent blocked = socket.connection().blocked();
      if (blocked != null
          && trial.nanos() - blocked.nanos() >= limit
          && socket.state() == State.OPEN
          && socket.connection().death() == null
          && mayReceive(socket.connection())) {
        judge(socket, blocked);
      }
    }
  }

  /** After a reset nothing comes any more. */
  private static boolean mayReceive(Connection connection) {
    return switch (connection.state()) {
      case RESET, SILENT, FULL_CLOSED -> false;
      default -> true;
    };
  }

  private void judge(LiveSocket socket, TimedEvent blocked) {
    Rest rest = rests.known(socket);
    TimedEvent enter = rest == null ? null : rest.enter;
    if (rest == null
        || enter == null
        || rest.blocked != blocked.seq()
        || rest.received > rest.blocked) {
      return;
    }
    boolean hangs = trial.nanos() - blocked.nanos() >= trial.value(HANG);
    Severity severity = hangs ? Severity.ERROR : Severity.WARNING;
    if (rest.judged != severity) {
      rest.judged = severity;
      trial.charge(charge(socket, enter, blocked).as(severity));
    }
  }

  private Charge charge(LiveSocket socket, TimedEvent enter, TimedEvent blocked) {
    var exit = (CallbackExit) blocked.event();
    boolean refused = exit.status() == NtStatus.DATA_NOT_ACCEPTED;
    return Charge.late(trial.event())
        .with(enter, "indicate")
        .with(blocked, refused ? "refuse" : "accept in part")
        .blaming(enter)
        .address("socket", socket.address())
        .words("callback", exit.kind().label())
        .words("how", refused ? "refused its data" : "accepted a part of its data")
        .nanos("age", trial.nanos() - blocked.nanos())
        .words(
            "resume",
            switch (exit.kind()) {
              case WSK_RECEIVE_FROM_EVENT -> "enabling it again";
              default -> "a WskReceive";
            })
        .doubted("the driver may hold back on purpose");
  }
}
