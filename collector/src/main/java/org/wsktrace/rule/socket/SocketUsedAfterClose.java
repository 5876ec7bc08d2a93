package org.wsktrace.rule.socket;

import org.jspecify.annotations.Nullable;
import org.wsktrace.event.Verb;
import org.wsktrace.event.WskEvent.CallEnter;
import org.wsktrace.event.WskEvent.ReleaseEnter;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveOperation;
import org.wsktrace.track.LiveSocket;
import org.wsktrace.track.fact.SocketLife.State;

/**
 * A call, WskRelease too, on a socket whose WskCloseSocket was entered, where no socket was born at
 * its address since. The second close is WSK-SOCK-003's. A close that returns an error and never
 * completes has closed nothing.
 */
public final class SocketUsedAfterClose {
  public static final Rule RULE =
      Rule.declare("WSK-SOCK-001", "Call after WskCloseSocket")
          .error(Effect.BUGCHECK)
          .proved()
          .title("{verb} was called on socket {socket} after its WskCloseSocket, which {close}")
          .why(
              "WskCloseSocket gives the socket back; its memory is freed when the close completes. A later call reads its table of"
                  + " functions from memory that may be freed or somebody else's, and jumps there.")
          .fix(
              "Count the calls that are in progress (ExAcquireRundownProtection), stop new ones first, wait for the count, and only"
                  + " then close.")
          .source("windows-hardware/drivers/network/closing-a-socket")
          .judgedBy(SocketUsedAfterClose::new);

  private final Trial trial;

  private SocketUsedAfterClose(Trial trial) {
    this.trial = trial;
    trial.on(CallEnter.class, this::entered);
    trial.on(ReleaseEnter.class, this::released);
  }

  private void entered(CallEnter call) {
    LiveSocket socket = closed(call.socket());
    if (socket != null
        && trial.operation() == null
        && call.verb() != Verb.WSK_CLOSE_SOCKET
        && socket.close() != null) {
      charge(call.verb(), socket, socket.close());
    }
  }

  private void released(ReleaseEnter release) {
    LiveSocket socket = closed(release.socket());
    if (socket != null && socket.close() != null) {
      charge(Verb.WSK_RELEASE, socket, socket.close());
    }
  }

  private @Nullable LiveSocket closed(long address) {
    LiveSocket living = trial.socket();
    if (living != null) {
      return living.state() == State.CLOSING ? living : null;
    }
    return address == 0 ? null : trial.tracks().sockets().dead(address);
  }

  private void charge(Verb verb, LiveSocket socket, LiveOperation close) {
    trial.charge(
        Charge.of(trial.event(), "call")
            .against(close)
            .words("verb", verb.label())
            .address("socket", socket.address())
            .words("close", close.inFlight() ? "was in flight" : "had completed"));
  }
}
