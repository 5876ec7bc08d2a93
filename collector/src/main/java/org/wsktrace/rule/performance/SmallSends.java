package org.wsktrace.rule.performance;

import org.jspecify.annotations.Nullable;
import org.wsktrace.event.TimedEvent;
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
 * A run of WskSend on one socket, each soon after the last, more than half of them small: so the
 * median is small. A WskSendTo makes a datagram and can't be put together with another.
 */
public final class SmallSends {
  private static final Setting SENDS =
      Setting.count("WSK-PERF-001.sends", "so many sends in a row are many", 100);
  private static final Setting BYTES =
      Setting.bytes("WSK-PERF-001.bytes", "a send of fewer bytes is small", 256);
  private static final Setting GAP =
      Setting.millis("WSK-PERF-001.gap", "a send that comes later ends the row", 1);

  public static final Rule RULE =
      Rule.declare("WSK-PERF-001", "Many small sends")
          .note(Effect.PERFORMANCE)
          .heuristic()
          .title(
              "{small} of {sends} WskSend in a row on socket {socket}, within {span}, had fewer than {limit}")
          .why(
              "WSK does not collect small sends: each costs an IRP, an MDL and a way through the stack, and often a packet of its own.")
          .fix(
              "Put what is ready together into one chain of MDLs: one WskSend takes a whole chain.")
          .source("windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_send")
          .settings(SENDS, BYTES, GAP)
          .judgedBy(SmallSends::new);

  private final Trial trial;
  private final long sends;
  private final long bytes;
  private final long gap;
  private final Memo<LiveSocket, Row> rows;

  /** Sends one soon after the other. */
  private static final class Row {
    @Nullable TimedEvent first;
    long last;
    long count;
    long small;
  }

  private SmallSends(Trial trial) {
    this.trial = trial;
    this.sends = trial.value(SENDS);
    this.bytes = trial.value(BYTES);
    this.gap = trial.value(GAP);
    this.rows = trial.tracks().sockets().memo(Row::new);
    trial.on(SendEnter.class, this::sent);
  }

  private void sent(SendEnter send) {
    LiveSocket socket = trial.socket();
    if (socket == null || send.verb() != Verb.WSK_SEND) {
      return;
    }
    Row row = rows.of(socket);
    long now = trial.nanos();
    TimedEvent first = row.first;
    if (first == null || now - row.last > gap) {
      first = trial.event();
      row.first = first;
      row.count = 0;
      row.small = 0;
    }
    row.last = now;
    row.count++;
    row.small += send.length() < bytes ? 1 : 0;
    if (row.count >= sends) {
      row.first = null;
      if (row.small * 2 > row.count) {
        trial.charge(
            Charge.of(trial.event(), "last send")
                .with(first, "first send")
                .count("small", row.small)
                .count("sends", row.count)
                .address("socket", socket.address())
                .nanos("span", now - first.nanos())
                .bytes("limit", bytes));
      }
    }
  }
}
