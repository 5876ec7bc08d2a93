package org.wsktrace.rule.socket;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.wsktrace.event.RegVerb;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent.CallEnter;
import org.wsktrace.event.WskEvent.OpComplete;
import org.wsktrace.event.WskEvent.RegExit;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.SocketTracker;

/**
 * A call on NULL, or on an address that no creation, no accept and no callback gave: through a
 * table of functions that the driver has kept, as the socket has none. Judged of a driver alone
 * whose registration with WSK, or failed creation, is in the trace. An address that is not NULL is
 * only suspected: another driver may have given it the socket.
 */
public final class CallOnNoSocket {
  /** Header flag of a call on a socket of before the capture. */
  private static final int ADOPTED = 0x1;

  private static final String UNKNOWN =
      "{verb} was called on {socket}, which no creation and no accept gave the driver";

  public static final Rule RULE =
      Rule.declare("WSK-SOCK-004", "Call on something that is no socket")
          .error(Effect.BUGCHECK)
          .proved()
          .title("{verb} was called with NULL for the socket{after}")
          .why(
              "The function takes its state from the socket it is given. From NULL, or from a variable that was never set, it reads"
                  + " at an address that is nobody's.")
          .fix(
              "Set socket pointers to NULL at first, store into them when a creation has completed with success, and close what is"
                  + " not NULL.")
          .source("windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_socket")
          .judgedBy(CallOnNoSocket::new);

  private final Trial trial;

  /** The first registration of each client. */
  private final Map<Integer, TimedEvent> registered = new HashMap<>();

  /** Clients that used sockets before they were seen to register. */
  private final Set<Integer> earlier = new HashSet<>();

  /** The last creation of each client that failed. */
  private final Map<Integer, TimedEvent> failed = new HashMap<>();

  private CallOnNoSocket(Trial trial) {
    this.trial = trial;
    trial.on(RegExit.class, this::registered);
    trial.on(OpComplete.class, this::completed);
    trial.on(CallEnter.class, this::entered);
  }

  private void registered(RegExit exit) {
    if (exit.verb() == RegVerb.WSK_REGISTER && exit.status() >= 0) {
      registered.putIfAbsent(exit.header().client(), trial.event());
    }
  }

  private void completed(OpComplete complete) {
    switch (complete.verb()) {
      case WSK_SOCKET, WSK_SOCKET_CONNECT, WSK_ACCEPT -> {
        if (complete.ioStatus() < 0) {
          failed.put(complete.header().client(), trial.event());
        } else {
          failed.remove(complete.header().client());
        }
      }
      default -> {}
    }
  }

  private void entered(CallEnter call) {
    if (trial.socket() != null || trial.operation() != null || !SocketVerbs.onSocket(call.verb())) {
      return;
    }
    int client = call.header().client();
    SocketTracker sockets = trial.tracks().sockets();
    if (call.socket() == 0) {
      TimedEvent failure = failed.get(client);
      if (failure == null && !registered.containsKey(client)) {
        return;
      }
      trial.charge(
          Charge.of(trial.event(), "call")
              .with(failure, "failed create")
              .words("verb", call.verb().label())
              .words("after", failure == null ? "" : ", after its creation had failed"));
    } else if (sockets.dead(call.socket()) == null && sockets.failed(call.socket()) == null) {
      charge(call, registered.get(client));
    }
  }

  private void charge(CallEnter call, @Nullable TimedEvent register) {
    if (register == null) {
      earlier.add(call.header().client());
    } else if (!earlier.contains(call.header().client())
        && (call.header().headerFlags() & ADOPTED) == 0) {
      trial.charge(
          Charge.of(trial.event(), "call")
              .with(register, "register")
              .since(0)
              .saying(UNKNOWN)
              .words("verb", call.verb().label())
              .address("socket", call.socket())
              .doubted("another driver may have given it the socket"));
    }
  }
}
