package org.wsktrace.rule.receive;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.wsktrace.event.CallbackKind;
import org.wsktrace.event.ControlCode;
import org.wsktrace.event.EventMask;
import org.wsktrace.event.NtStatus;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.Verb;
import org.wsktrace.event.WskEvent.CallbackEnter;
import org.wsktrace.event.WskEvent.CallbackExit;
import org.wsktrace.event.WskEvent.OpEnter;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveThread;
import org.wsktrace.track.LiveThread.Frame;
import org.wsktrace.track.LiveThread.Kind;

/**
 * WskAcceptEvent enables callbacks of the socket that it accepts, and returns without having given
 * WSK those callbacks. What it had given at the moment of the enable is not recorded, only what it
 * had at its return: a driver that enables first and gives the callbacks after is not found.
 */
public final class EnabledWithoutCallbacks {
  public static final Rule RULE =
      Rule.declare("WSK-RCV-015", "Callbacks of an accepted socket enabled and not given")
          .error(Effect.BUGCHECK)
          .proved()
          .title("Event callbacks of accepted socket {socket} were enabled, and {what} not given")
          .why(
              "WSK takes context and callbacks of an accepted socket from AcceptSocketContext and AcceptSocketDispatch when its"
                  + " callbacks are enabled. What was not set by then is what WSK calls: NULL, or whatever was there.")
          .fix(
              "Set AcceptSocketContext and AcceptSocketDispatch first in WskAcceptEvent, then enable the callbacks.")
          .source("windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_accept_event")
          .judgedBy(EnabledWithoutCallbacks::new);

  private static final int MAX_ENABLED = 1 << 10;

  private record Enable(TimedEvent accept, TimedEvent call, long mask) {}

  private final Trial trial;

  /** By the number of the WskAcceptEvent that it happened in. */
  private final Map<Long, Enable> enabled = new LinkedHashMap<>();

  private EnabledWithoutCallbacks(Trial trial) {
    this.trial = trial;
    trial.on(OpEnter.class, this::entered);
    trial.on(CallbackExit.class, this::returned);
  }

  private void entered(OpEnter call) {
    if (call.verb() != Verb.WSK_CONTROL_SOCKET
        || !ControlCode.SO_WSK_EVENT_CALLBACK.isSetBy(call)) {
      return;
    }
    long mask = EventMask.of(call);
    TimedEvent accept = acceptOf(call.socket());
    if (accept != null && mask != EventMask.UNKNOWN && (mask & EventMask.DISABLE) == 0) {
      enabled.put(accept.event().header().opId(), new Enable(accept, trial.event(), mask));
      if (enabled.size() > MAX_ENABLED) {
        Iterator<Enable> eldest = enabled.values().iterator();
        eldest.next();
        eldest.remove();
      }
    }
  }

  /** The WskAcceptEvent under way on this thread that brought the socket. */
  private @Nullable TimedEvent acceptOf(long socket) {
    LiveThread thread = trial.tracks().stage().thread();
    Frame frame = thread == null ? null : thread.innermost(Kind.CALLBACK);
    return frame != null
            && frame.enter().event() instanceof CallbackEnter enter
            && enter.kind() == CallbackKind.WSK_ACCEPT_EVENT
            && enter.acceptSocket() == socket
        ? frame.enter()
        : null;
  }

  private void returned(CallbackExit exit) {
    if (enabled.isEmpty() || exit.kind() != CallbackKind.WSK_ACCEPT_EVENT) {
      return;
    }
    Enable enable = enabled.remove(exit.header().opId());
    String missing = enable == null ? "" : missing(exit, enable.mask());
    if (enable != null && exit.status() == NtStatus.SUCCESS && !missing.isEmpty()) {
      trial.charge(
          Charge.of(trial.event(), "return")
              .with(enable.accept(), "accept")
              .with(enable.call(), "enable")
              .blaming(enable.call())
              .address("socket", exit.acceptSocket())
              .words("what", missing));
    }
  }

  private static String missing(CallbackExit exit, long mask) {
    if (exit.acceptDispatch() == 0) {
      return "AcceptSocketDispatch was";
    }
    if ((mask & EventMask.RECEIVE) != 0 && exit.callback0() == 0) {
      return "WskReceiveEvent was";
    }
    if ((mask & EventMask.DISCONNECT) != 0 && exit.callback1() == 0) {
      return "WskDisconnectEvent was";
    }
    return (mask & EventMask.SEND_BACKLOG) != 0 && exit.callback2() == 0
        ? "WskSendBacklogEvent was"
        : "";
  }
}
