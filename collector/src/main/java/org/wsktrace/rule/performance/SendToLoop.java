package org.wsktrace.rule.performance;

import org.jspecify.annotations.Nullable;
import org.wsktrace.event.SocketAddress;
import org.wsktrace.event.Verb;
import org.wsktrace.event.WskEvent.SendEnter;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Setting;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveSocket;
import org.wsktrace.track.Memo;

/**
 * WskSendTo to one address many times within a moment, on one socket. Datagrams to different
 * addresses can't go out together. WskSendMessages is there from Windows 8 on.
 */
public final class SendToLoop {
  private static final Setting SENDS =
      Setting.count("WSK-PERF-013.sends", "more sends than this within the moment", 8);
  private static final Setting MOMENT =
      Setting.nanos("WSK-PERF-013.moment", "how long the moment is", 50_000);

  public static final Rule RULE =
      Rule.declare("WSK-PERF-013", "WskSendTo in a loop")
          .note(Effect.PERFORMANCE)
          .heuristic()
          .title("{sends} WskSendTo to {to} on socket {socket} within {span}")
          .why("Each datagram goes through the whole stack by itself, with an IRP of its own.")
          .fix("Give them to WskSendMessages as one list: one call, one IRP.")
          .source("windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_send_messages")
          .settings(SENDS, MOMENT)
          .judgedBy(SendToLoop::new);

  /** More than any loop that matters; what is kept for each socket is bounded by it. */
  private static final int MAX_SENDS = 1 << 10;

  private final Trial trial;
  private final int sends;
  private final long moment;
  private final Memo<LiveSocket, Loop> loops;

  /** When the last datagrams to one address were sent: a ring. */
  private static final class Loop {
    final long[] times;
    @Nullable SocketAddress to;
    int count;

    Loop(int sends) {
      times = new long[sends];
    }
  }

  private SendToLoop(Trial trial) {
    this.trial = trial;
    this.sends = Math.clamp(trial.value(SENDS), 1, MAX_SENDS);
    this.moment = trial.value(MOMENT);
    this.loops = trial.tracks().sockets().memo(() -> new Loop(sends));
    trial.on(SendEnter.class, this::sent);
  }

  private void sent(SendEnter send) {
    LiveSocket socket = trial.socket();
    if (socket == null || send.verb() != Verb.WSK_SEND_TO) {
      return;
    }
    Loop loop = loops.of(socket);
    if (!send.remoteAddress().equals(loop.to)) {
      loop.to = send.remoteAddress();
      loop.count = 0;
    }
    long now = trial.nanos();
    int slot = loop.count % sends;
    if (loop.count >= sends && now - loop.times[slot] <= moment) {
      trial.charge(
          Charge.of(trial.event(), "last send")
              .count("sends", sends + 1L)
              .words(
                  "to",
                  send.remoteAddress().isAbsent()
                      ? "the fixed address"
                      : send.remoteAddress().toString())
              .address("socket", socket.address())
              .nanos("span", now - loop.times[slot]));
      loop.count = 0;
      return;
    }
    loop.times[slot] = now;
    // Wraps around to where it still counts as full.
    loop.count = loop.count == Integer.MAX_VALUE - sends ? sends + slot : loop.count + 1;
  }
}
