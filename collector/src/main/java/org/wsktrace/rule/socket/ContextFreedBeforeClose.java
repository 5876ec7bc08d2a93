package org.wsktrace.rule.socket;

import org.jspecify.annotations.Nullable;
import org.wsktrace.event.EventMask;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent.CallbackEnter;
import org.wsktrace.event.WskEvent.PoolFree;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Need;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveSocket;
import org.wsktrace.track.Memo;

/**
 * The pool block with a socket's context is freed before its WskCloseSocket has completed, while
 * event callbacks are on; or a callback is called with a context that was freed. A context in
 * memory that is no pool block, or inside a larger structure that the driver keeps, is not seen to
 * end.
 */
public final class ContextFreedBeforeClose {
  private static final long ANY =
      EventMask.ACCEPT
          | EventMask.RECEIVE
          | EventMask.RECEIVE_FROM
          | EventMask.DISCONNECT
          | EventMask.SEND_BACKLOG;

  private static final String CALLED =
      "{callback} was called with context {context} of socket {socket}, which was freed";

  public static final Rule RULE =
      Rule.declare("WSK-SOCK-015", "Socket context freed before the close completes")
          .error(Effect.BUGCHECK)
          .proved()
          .needs(Need.CALLS, Need.POOL_CALLS)
          .title("Context {context} of socket {socket} was freed while its callbacks are on")
          .why(
              "WSK hands the context to the event callbacks until the close has completed: only then has the last of them returned. A"
                  + " callback that comes after the free works on memory of somebody else.")
          .fix("Free the context in the completion routine of WskCloseSocket, not after the call.")
          .source("windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_close_socket")
          .judgedBy(ContextFreedBeforeClose::new);

  /** The free of a socket's context that was not charged, as nothing was known of its callbacks. */
  private static final class Freed {
    @Nullable TimedEvent free;
  }

  private final Trial trial;
  private final Memo<LiveSocket, Freed> uncharged;

  private ContextFreedBeforeClose(Trial trial) {
    this.trial = trial;
    this.uncharged = trial.tracks().sockets().memo(Freed::new);
    trial.on(PoolFree.class, this::freed);
    trial.on(CallbackEnter.class, this::called);
  }

  private void freed(PoolFree free) {
    for (LiveSocket socket :
        trial.tracks().sockets().withContextIn(free.block(), trial.tracks().pool().sizeOf(free))) {
      if (socket.connection().enabled(ANY)) {
        trial.charge(charge("free", socket));
      } else {
        uncharged.of(socket).free = trial.event();
      }
    }
  }

  private void called(CallbackEnter call) {
    LiveSocket socket = trial.socket();
    Freed freed = socket == null ? null : uncharged.known(socket);
    if (socket != null
        && freed != null
        && freed.free != null
        && call.socketContext() == socket.context()) {
      trial.charge(
          charge("callback", socket)
              .with(freed.free, "free")
              .blaming(freed.free)
              .saying(CALLED)
              .words("callback", call.kind().label()));
      freed.free = null;
    }
  }

  private Charge charge(String act, LiveSocket socket) {
    return Charge.of(trial.event(), act)
        .with(socket.creation(), "create")
        .with(socket.close() == null ? null : socket.close().enter(), "close")
        .address("context", socket.context())
        .address("socket", socket.address());
  }
}
