package org.wsktrace.rule.performance;

import org.jspecify.annotations.Nullable;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.Verb;
import org.wsktrace.event.WskEvent.RecvEnter;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Setting;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveSocket;
import org.wsktrace.track.Memo;

/**
 * WskReceive with WSK_FLAG_WAITALL of a few bytes, then one of more, again and again: a header and
 * what it announces. Headers alone, for messages without more, do not end the row; any other
 * receive does.
 */
public final class TwoReceivesPerMessage {
  private static final Setting MESSAGES =
      Setting.count("WSK-PERF-008.messages", "so many such messages in a row are a protocol", 32);
  private static final Setting HEADER =
      Setting.bytes("WSK-PERF-008.header", "a header has no more bytes", 64);

  public static final Rule RULE =
      Rule.declare("WSK-PERF-008", "Two receives for each message")
          .note(Effect.PERFORMANCE)
          .heuristic()
          .title(
              "Socket {socket} received {messages} messages in a row by two WskReceive each: a header of {header} and the rest")
          .why(
              "Each message costs two IRPs, two waits and two wake-ups of a thread, and the second receive is posted only when its data"
                  + " has been waiting for it.")
          .fix(
              "Receive what is there into a larger buffer and take messages from it, or use the WskReceiveEvent callback.")
          .source("windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_receive")
          .settings(MESSAGES, HEADER)
          .judgedBy(TwoReceivesPerMessage::new);

  private static final long WSK_FLAG_WAITALL = 0x2;

  private final Trial trial;
  private final long messages;
  private final long header;
  private final Memo<LiveSocket, Row> rows;

  /** Messages in a row. */
  private static final class Row {
    @Nullable TimedEvent first;
    long headerLength;
    long count;
  }

  private TwoReceivesPerMessage(Trial trial) {
    this.trial = trial;
    this.messages = trial.value(MESSAGES);
    this.header = trial.value(HEADER);
    this.rows = trial.tracks().sockets().memo(Row::new);
    trial.on(RecvEnter.class, this::received);
  }

  private void received(RecvEnter receive) {
    LiveSocket socket = trial.socket();
    if (socket == null || receive.verb() != Verb.WSK_RECEIVE) {
      return;
    }
    boolean all = (receive.flags() & WSK_FLAG_WAITALL) != 0;
    Row row = all ? rows.of(socket) : rows.known(socket);
    if (row == null) {
      return;
    }
    if (all && receive.length() > 0 && receive.length() <= header) {
      row.first = row.first == null ? trial.event() : row.first;
      row.headerLength = receive.length();
    } else if (all && row.headerLength > 0) {
      row.count++;
      if (row.count >= messages) {
        trial.charge(
            Charge.of(trial.event(), "rest of the last")
                .with(row.first, "header of the first")
                .address("socket", socket.address())
                .count("messages", row.count)
                .bytes("header", row.headerLength));
        restart(row);
      }
      row.headerLength = 0;
    } else {
      restart(row);
    }
  }

  private static void restart(Row row) {
    row.first = null;
    row.headerLength = 0;
    row.count = 0;
  }
}
