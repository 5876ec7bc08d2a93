package org.wsktrace.rule.receive;

import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.Verb;
import org.wsktrace.event.WskEvent.OpComplete;
import org.wsktrace.event.WskEvent.RecvEnter;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveOperation;
import org.wsktrace.track.LiveSocket;
import org.wsktrace.track.Memo;

/**
 * A datagram did not fit into its buffer. What WSK writes to ControlFlags (MSG_TRUNC) is not
 * recorded. The status can tell; otherwise a buffer that is full to the last byte is suspected,
 * where others were not and the driver gave no place for ControlFlags, so can't know it itself.
 */
public final class DatagramTruncated {
  public static final Rule RULE =
      Rule.declare("WSK-RCV-017", "Datagram truncated")
          .note(Effect.CORRUPTION)
          .strong()
          .title("A datagram filled the {length} of WskReceiveFrom, and its rest is lost")
          .why(
              "A datagram is received whole or not at all: what does not fit into the buffer is thrown away, and the driver works"
                  + " with a part of it. MSG_TRUNC in ControlFlags says so, to a driver that asks.")
          .fix(
              "Give WskReceiveFrom a buffer for the largest datagram that your protocol has, and a place for ControlFlags; drop the"
                  + " datagram when it has MSG_TRUNC.")
          .source("windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_receive_from")
          .judgedBy(DatagramTruncated::new);

  private static final int BUFFER_OVERFLOW = 0x80000005;

  /** So many datagrams that did not fill their buffers show that sizes vary. */
  private static final int VARIED = 4;

  private final Trial trial;

  /** How many datagrams did not fill their buffers. */
  private final Memo<LiveSocket, int[]> shorter;

  private DatagramTruncated(Trial trial) {
    this.trial = trial;
    this.shorter = trial.tracks().sockets().memo(() -> new int[1]);
    trial.on(OpComplete.class, this::completed);
  }

  private void completed(OpComplete complete) {
    if (complete.verb() != Verb.WSK_RECEIVE_FROM) {
      return;
    }
    LiveOperation operation = trial.operation();
    if (operation == null
        || operation.enter() == null
        || !(operation.enter().event() instanceof RecvEnter call)
        || call.length() == 0) {
      return;
    }
    if (complete.ioStatus() == BUFFER_OVERFLOW) {
      trial.charge(charge(operation, operation.enter(), call));
    } else if (complete.ioStatus() >= 0 && operation.socket() != null) {
      int[] known = shorter.of(operation.socket());
      if (complete.information() != call.length()) {
        // One without data says nothing of the sizes of the others.
        known[0] += complete.information() == 0 ? 0 : 1;
      } else if (known[0] >= VARIED && call.controlFlagsOut() == 0) {
        trial.charge(
            charge(operation, operation.enter(), call)
                .saying(
                    "A datagram filled the {length} of WskReceiveFrom, and the driver does not ask whether there was more")
                .doubted("a datagram of exactly that size looks the same"));
      }
    }
  }

  private Charge charge(LiveOperation operation, TimedEvent enter, RecvEnter call) {
    return Charge.of(trial.event(), "complete")
        .showing(operation)
        .blaming(enter)
        .bytes("length", call.length());
  }
}
