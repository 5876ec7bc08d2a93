package org.wsktrace.rule.socket;

import org.jspecify.annotations.Nullable;
import org.wsktrace.event.Verb;
import org.wsktrace.event.WskEvent.OpEnter;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveOperation;
import org.wsktrace.track.LiveSocket;
import org.wsktrace.track.SocketTracker;
import org.wsktrace.track.fact.SocketLife.State;

/**
 * WskCloseSocket of a socket that is closing or closed, where no socket was born at its address
 * since. Pending IRPs at the first close are legal.
 */
public final class SocketClosedTwice {
  public static final Rule RULE =
      Rule.declare("WSK-SOCK-003", "Socket closed twice")
          .error(Effect.BUGCHECK)
          .proved()
          .title("Socket {socket} was closed twice: its first WskCloseSocket {first}")
          .why(
              "The first WskCloseSocket gives the socket back; its memory is freed when the close completes. The second call jumps"
                  + " through a table in freed memory, or closes the socket of somebody else.")
          .fix(
              "Exchange the socket's pointer with NULL (InterlockedExchangePointer) and close what comes back, if anything.")
          .source("windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_close_socket")
          .judgedBy(SocketClosedTwice::new);

  private final Trial trial;

  private SocketClosedTwice(Trial trial) {
    this.trial = trial;
    trial.on(OpEnter.class, this::entered);
  }

  private void entered(OpEnter call) {
    if (call.verb() == Verb.WSK_CLOSE_SOCKET) {
      LiveSocket closed = closed(call.socket(), trial.tracks().sockets());
      if (closed != null && closed.close() != null) {
        charge(closed, closed.close());
      }
    }
  }

  private static @Nullable LiveSocket closed(long address, SocketTracker sockets) {
    LiveSocket living = sockets.living(address);
    if (living != null) {
      return living.state() == State.CLOSING ? living : null;
    }
    return sockets.dead(address);
  }

  private void charge(LiveSocket socket, LiveOperation close) {
    trial.charge(
        Charge.of(trial.event(), "close again")
            .against(close)
            .address("socket", socket.address())
            .words("first", close.inFlight() ? "was in flight" : "had completed"));
  }
}
