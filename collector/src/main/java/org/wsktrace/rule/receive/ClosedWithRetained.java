package org.wsktrace.rule.receive;

import org.wsktrace.event.Verb;
import org.wsktrace.event.WskEvent.OpEnter;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveSocket;
import org.wsktrace.track.receive.Indication;
import org.wsktrace.track.receive.Retained;

/**
 * WskCloseSocket of a socket that still has data indications out. What a callback under way may
 * still retain does not count.
 */
public final class ClosedWithRetained {
  public static final Rule RULE =
      Rule.declare("WSK-RCV-002", "Socket closed with data indications retained")
          .error(Effect.LEAK)
          .proved()
          .title("Socket {socket} was closed with {what} of data indications ({bytes}) retained")
          .why(
              "WskCloseSocket cancels requests, and releases nothing: after it WskRelease may not be called any more, so these"
                  + " buffers are lost, or the close never completes because the network stack waits for them.")
          .fix(
              "Release everything that is retained before WskCloseSocket: count what is out, disable the receive callback, and close"
                  + " when the count is 0.")
          .source("windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_release_data_indication_list")
          .judgedBy(ClosedWithRetained::new);

  /** So many indications are shown. */
  private static final int SHOWN = 4;

  private final Trial trial;

  private ClosedWithRetained(Trial trial) {
    this.trial = trial;
    trial.on(OpEnter.class, this::entered);
  }

  private void entered(OpEnter call) {
    if (call.verb() != Verb.WSK_CLOSE_SOCKET) {
      return;
    }
    Retained retained = trial.tracks().indications().of(call.socket());
    LiveSocket socket = trial.socket();
    boolean again = socket != null && socket.close() != null;
    if (retained.elements() == 0 || again) {
      return;
    }
    Charge charge = Charge.of(trial.event(), "close");
    int shown = 0;
    for (Indication indication : retained.indications()) {
      if (shown++ < SHOWN) {
        charge = charge.with(indication.enter(), "indicate").with(indication.exit(), "retain");
      }
    }
    trial.charge(
        charge
            .address("socket", call.socket())
            .words("what", Amount.of(retained))
            .bytes("bytes", retained.bytes()));
  }
}
