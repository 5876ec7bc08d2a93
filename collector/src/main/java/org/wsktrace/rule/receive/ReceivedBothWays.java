package org.wsktrace.rule.receive;

import org.wsktrace.event.CallbackKind;
import org.wsktrace.event.WskEvent.CallbackEnter;
import org.wsktrace.event.WskEvent.RecvEnter;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveOperation;
import org.wsktrace.track.LiveSocket;
import org.wsktrace.track.Memo;

/**
 * A callback brings data while a receive of the same socket is pending. The last receive of the
 * socket is looked at, once. One without a buffer asks for no data: it makes callbacks come again.
 */
public final class ReceivedBothWays {
  public static final Rule RULE =
      Rule.declare("WSK-RCV-011", "Data by callback while a receive is pending")
          .note(Effect.CORRUPTION)
          .heuristic()
          .title("{callback} brought data of socket {socket} while {operation} was pending")
          .why(
              "WSK prefers a pending receive to the callback, but the two race: which piece of the stream came first can't be told"
                  + " when both bring some, so a driver may put them together in the wrong order.")
          .fix(
              "Disable the receive callback and wait until that is done before you post receives, or post none.")
          .source(
              "windows-hardware/drivers/network/using-winsock-kernel-functions-vs--event-callback-functions")
          .judgedBy(ReceivedBothWays::new);

  private final Trial trial;

  /** The number of the last receive with a buffer; 0 when it is judged. */
  private final Memo<LiveSocket, long[]> last;

  private ReceivedBothWays(Trial trial) {
    this.trial = trial;
    this.last = trial.tracks().sockets().memo(() -> new long[1]);
    trial.on(RecvEnter.class, this::receives);
    trial.on(CallbackEnter.class, this::called);
  }

  private void receives(RecvEnter call) {
    LiveSocket socket = trial.socket();
    if (socket != null && call.length() != 0) {
      last.of(socket)[0] = call.header().opId();
    }
  }

  private void called(CallbackEnter callback) {
    boolean data =
        callback.kind() == CallbackKind.WSK_RECEIVE_EVENT
            || callback.kind() == CallbackKind.WSK_RECEIVE_FROM_EVENT;
    LiveSocket socket = trial.socket();
    if (!data || callback.dataIndication() == 0 || socket == null) {
      return;
    }
    long[] opId = last.known(socket);
    if (opId == null || opId[0] == 0) {
      return;
    }
    LiveOperation receive = trial.tracks().operations().living(opId[0]);
    opId[0] = 0;
    if (receive != null && receive.inFlight() && !receive.abandoned()) {
      trial.charge(
          Charge.of(trial.event(), "callback")
              .showing(receive)
              .words("callback", callback.kind().label())
              .address("socket", callback.socket())
              .operation("operation", receive)
              .doubted("WSK may have taken the data for the callback before the receive came"));
    }
  }
}
