package org.wsktrace.rule.socket;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.Verb;
import org.wsktrace.event.WskEvent.CallEnter;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Confidence;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Need;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.RuleInfo;
import org.wsktrace.rule.Severity;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveOperation;
import org.wsktrace.track.LiveSocket;
import org.wsktrace.track.SocketTracker;
import org.wsktrace.track.fact.SocketLife.State;

/**
 * WskCloseSocket of a socket that is closing or closed. Pending IRPs at the first close are legal.
 * Sockets that an accept callback hands over are born unseen: there a close of a closed address may
 * be the first of a new socket, and is only suspected.
 */
public final class SocketClosedTwice implements Rule {
  private static final RuleInfo INFO =
      new RuleInfo(
          "WSK-SOCK-003",
          "Socket closed twice",
          "socket",
          Severity.ERROR,
          Effect.BUGCHECK,
          Confidence.PROVED,
          Set.of(Need.CALLS),
          "The first WskCloseSocket gives the socket back; its memory is freed when the close completes. The second call jumps"
              + " through a table in freed memory, or closes the socket of somebody else.",
          "Exchange the socket's pointer with NULL (InterlockedExchangePointer) and close what comes back, if anything.",
          "",
          "https://learn.microsoft.com/windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_close_socket");

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void judge(TimedEvent timed, Trial trial) {
    if (timed.event() instanceof CallEnter call && call.verb() == Verb.WSK_CLOSE_SOCKET) {
      LiveSocket closed = closed(call.socket(), trial.tracks().sockets());
      if (closed != null && closed.close() != null) {
        charge(timed, call, closed, closed.close(), trial);
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

  private static void charge(
      TimedEvent again, CallEnter call, LiveSocket socket, LiveOperation close, Trial trial) {
    String title =
        "Socket 0x%x was closed twice: its first WskCloseSocket %s"
            .formatted(socket.address(), close.inFlight() ? "was in flight" : "had completed");
    Charge charge =
        Charge.of(again, "close again", title, trial.tracks()).against(close, trial.tracks());
    trial.charge(
        !close.inFlight() && trial.tracks().sockets().birthsUnseen(call.header().client())
            ? charge.doubted(
                "the driver accepts sockets in a callback, which is not recorded: this may be a new socket at the same address")
            : charge);
  }
}
