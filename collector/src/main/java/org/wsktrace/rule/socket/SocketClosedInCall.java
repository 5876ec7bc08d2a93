package org.wsktrace.rule.socket;

import org.wsktrace.event.EventHeader;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.Verb;
import org.wsktrace.event.WskEvent.OpEnter;
import org.wsktrace.event.WskEvent.ReleaseEnter;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveOperation;
import org.wsktrace.track.LiveSocket;
import org.wsktrace.track.LiveThread;
import org.wsktrace.track.LiveThread.Kind;

/**
 * WskCloseSocket while a call on the socket has not returned on another thread. A pending IRP is no
 * call in progress. On the same thread, from a completion routine that runs inside the call, it is
 * left alone: the contract speaks of other threads. A call that begins after the close is
 * WSK-SOCK-001's.
 */
public final class SocketClosedInCall {
  public static final Rule RULE =
      Rule.declare("WSK-SOCK-002", "Closed while another call is in progress")
          .error(Effect.BUGCHECK)
          .proved()
          .title("Socket {socket} was closed while {verb} was in progress on thread {tid}")
          .why(
              "WSK waits for pending IRPs at a close, not for calls that have not returned. The other thread is still inside the"
                  + " socket when its memory goes.")
          .fix(
              "Take a rundown reference around every call on the socket, refuse new ones before the close, and wait until all calls"
                  + " have returned. A count that is polled for some time only makes it rarer.")
          .source("windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_close_socket")
          .judgedBy(SocketClosedInCall::new);

  private final Trial trial;

  private SocketClosedInCall(Trial trial) {
    this.trial = trial;
    trial.on(OpEnter.class, this::entered);
  }

  private void entered(OpEnter call) {
    LiveSocket socket = trial.socket();
    if (call.verb() != Verb.WSK_CLOSE_SOCKET || socket == null || socket.close() != null) {
      return;
    }
    for (LiveOperation operation : socket.operations()) {
      TimedEvent enter = operation.enter();
      if (operation.inCall() && enter != null && elsewhere(enter, call)) {
        charge(socket, operation.verb(), enter);
      }
    }
    for (LiveThread thread : trial.tracks().threads().living()) {
      LiveThread.Frame frame = thread.innermost(Kind.RELEASE);
      if (frame != null
          && frame.enter().event() instanceof ReleaseEnter release
          && release.socket() == socket.address()
          && elsewhere(frame.enter(), call)) {
        charge(socket, Verb.WSK_RELEASE, frame.enter());
      }
    }
  }

  /** The idle threads of all processors have the number 0. */
  private static boolean elsewhere(TimedEvent enter, OpEnter close) {
    EventHeader one = enter.event().header();
    EventHeader other = close.header();
    return one.tid() != other.tid() || (one.tid() == 0 && one.cpu() != other.cpu());
  }

  private void charge(LiveSocket socket, Verb verb, TimedEvent enter) {
    trial.charge(
        Charge.of(trial.event(), "close")
            .with(enter, "enter")
            .address("socket", socket.address())
            .words("verb", verb.label())
            .count("tid", enter.event().header().tid()));
  }
}
