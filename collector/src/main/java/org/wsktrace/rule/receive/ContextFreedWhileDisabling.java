package org.wsktrace.rule.receive;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.wsktrace.event.ControlCode;
import org.wsktrace.event.EventMask;
import org.wsktrace.event.NtStatus;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.Verb;
import org.wsktrace.event.WskEvent.CallbackEnter;
import org.wsktrace.event.WskEvent.OpEnter;
import org.wsktrace.event.WskEvent.OpExit;
import org.wsktrace.event.WskEvent.PoolFree;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Need;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveOperation;
import org.wsktrace.track.LiveSocket;
import org.wsktrace.track.LiveThread;
import org.wsktrace.track.LiveThread.Frame;
import org.wsktrace.track.LiveThread.Kind;

/**
 * A driver disables a callback, is told that a call of it is still in progress, and frees the
 * socket's context while that call runs on another thread. A callback that frees its own context is
 * left alone.
 */
public final class ContextFreedWhileDisabling {
  public static final Rule RULE =
      Rule.declare("WSK-RCV-016", "Context freed while a disabled callback still runs")
          .error(Effect.BUGCHECK)
          .proved()
          .needs(Need.CALLS, Need.POOL_CALLS)
          .title(
              "Context {context} of socket {socket} was freed while {callback} still ran, after {status} for disabling it")
          .why(
              "STATUS_EVENT_PENDING, and STATUS_PENDING with an IRP, say that the callback is not disabled yet: calls of it are in"
                  + " progress, and they use the context that is freed under them.")
          .fix(
              "Disable with an IRP and free the context when it completes, or when WskCloseSocket does.")
          .source("windows-hardware/drivers/network/so-wsk-event-callback")
          .judgedBy(ContextFreedWhileDisabling::new);

  private static final int MAX_DISABLING = 1 << 10;

  private final Trial trial;

  /**
   * Where a callback was disabled while a call of it was in progress: the last return that said so.
   */
  private final Map<LiveSocket, TimedEvent> disabling = new LinkedHashMap<>();

  private ContextFreedWhileDisabling(Trial trial) {
    this.trial = trial;
    trial.on(OpExit.class, this::returned);
    trial.on(PoolFree.class, this::freed);
  }

  private void returned(OpExit exit) {
    boolean pending = exit.status() == NtStatus.EVENT_PENDING || exit.status() == NtStatus.PENDING;
    LiveOperation operation = trial.operation();
    if (exit.verb() != Verb.WSK_CONTROL_SOCKET
        || !pending
        || operation == null
        || operation.socket() == null
        || operation.enter() == null
        || !disables(operation.enter())) {
      return;
    }
    disabling.put(operation.socket(), trial.event());
    if (disabling.size() > MAX_DISABLING) {
      Iterator<TimedEvent> eldest = disabling.values().iterator();
      eldest.next();
      eldest.remove();
    }
  }

  private static boolean disables(TimedEvent enter) {
    return enter.event() instanceof OpEnter call
        && ControlCode.SO_WSK_EVENT_CALLBACK.isSetBy(call)
        && EventMask.of(call) != EventMask.UNKNOWN
        && (EventMask.of(call) & EventMask.DISABLE) != 0;
  }

  private void freed(PoolFree free) {
    if (disabling.isEmpty()) {
      return;
    }
    long size = trial.tracks().pool().sizeOf(free);
    Iterator<Map.Entry<LiveSocket, TimedEvent>> all = disabling.entrySet().iterator();
    while (all.hasNext()) {
      Map.Entry<LiveSocket, TimedEvent> entry = all.next();
      LiveSocket socket = entry.getKey();
      if (trial.tracks().sockets().living(socket.address()) != socket) {
        all.remove();
      } else if (socket.context() != 0
          && Long.compareUnsigned(socket.context() - free.block(), size) < 0) {
        judge(free, socket, entry.getValue());
      }
    }
  }

  private void judge(PoolFree free, LiveSocket socket, TimedEvent disabled) {
    TimedEvent callback = running(free, socket, disabled);
    if (callback != null
        && callback.event() instanceof CallbackEnter enter
        && disabled.event() instanceof OpExit exit) {
      trial.charge(
          Charge.of(trial.event(), "free")
              .with(socket.creation(), "create")
              .with(callback, "callback")
              .with(disabled, "disable")
              .address("context", socket.context())
              .address("socket", socket.address())
              .words("callback", enter.kind().label())
              .status("status", exit.status()));
    }
  }

  /** A callback of the socket that was in progress then, and is, on another thread. */
  private @Nullable TimedEvent running(PoolFree free, LiveSocket socket, TimedEvent disabled) {
    for (LiveThread thread : trial.tracks().threads().living()) {
      for (Frame frame : thread.frames()) {
        if (frame.kind() == Kind.CALLBACK
            && frame.enter().event() instanceof CallbackEnter enter
            && enter.socket() == socket.address()
            && frame.enter().seq() < disabled.seq()
            && thread.tid() != free.header().tid()) {
          return frame.enter();
        }
      }
    }
    return null;
  }
}
