package org.wsktrace.track;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.Verb;
import org.wsktrace.event.WskEvent.CallEnter;
import org.wsktrace.event.WskEvent.OpComplete;
import org.wsktrace.event.WskEvent.OpEnter;
import org.wsktrace.track.fact.FactSink;
import org.wsktrace.track.fact.Moment;
import org.wsktrace.track.fact.SocketLife.Category;
import org.wsktrace.track.fact.SocketLife.State;

/**
 * The lives of sockets: when they are created, closing and closed. The state of their connection is
 * not followed yet.
 */
public final class SocketTracker {
  private final Lives<LiveSocket> lives;
  private final Memo.Numbers<LiveSocket> memos = new Memo.Numbers<>();
  private final FactSink facts;

  /** Clients that gave WSK an accept callback: their sockets may be born without a call. */
  private final Set<Integer> acceptByCallback = new HashSet<>();

  SocketTracker(FactSink facts) {
    this.facts = facts;
    this.lives = new Lives<>(socket -> facts.accept(socket.fact(null)));
  }

  /** What happens to a socket. */
  private enum Step {
    CLOSE_ENTER,
    CLOSE_SUCCEEDED,
    CLOSE_FAILED
  }

  /**
   * The transitions. A socket is born OPEN, when the call that creates it completes with success.
   */
  private static State next(State from, Step step) {
    return switch (step) {
      // From CLOSING: closed twice, WSK-SOCK-003.
      case CLOSE_ENTER -> from == State.OPEN ? State.CLOSING : from;
      case CLOSE_SUCCEEDED -> State.CLOSED;
      // WskCloseSocket never fails, says the documentation. If it does, the socket is still there.
      case CLOSE_FAILED -> State.OPEN;
    };
  }

  /** Something to remember of each socket as long as it lives. */
  public <T> Memo<LiveSocket, T> memo(Supplier<T> fresh) {
    return memos.memo(fresh);
  }

  /** The holder of an address; null when none was seen. */
  public @Nullable LiveSocket living(long address) {
    return lives.living(address);
  }

  /** The last holder of an address that was closed and not born again. */
  public @Nullable LiveSocket dead(long address) {
    return lives.dead(address);
  }

  /** Those that are OPEN or CLOSING, eldest first. */
  public Collection<LiveSocket> living() {
    return lives.living();
  }

  /** True when sockets of this client may be born in an accept callback, which is not recorded. */
  public boolean birthsUnseen(int client) {
    return acceptByCallback.contains(client);
  }

  /**
   * The socket that a call is made on; null for calls that have none and for a closed one that is
   * closed again.
   */
  @Nullable LiveSocket enter(TimedEvent timed, CallEnter call) {
    if (call instanceof OpEnter enter && call.verb() == Verb.WSK_SOCKET) {
      Category category = Category.ofFlags(enter.flags());
      if (enter.callback0() != 0 && (category == Category.LISTEN || category == Category.STREAM)) {
        acceptByCallback.add(call.header().client());
      }
    }
    if (call.socket() == 0) {
      return null;
    }
    LiveSocket living = lives.living(call.socket());
    if (living != null) {
      return living;
    }
    boolean wasClosed = lives.dead(call.socket()) != null;
    if (wasClosed && call.verb() == Verb.WSK_CLOSE_SOCKET) {
      return null;
    }
    var adopted = new LiveSocket(lives.nextId(), call.socket(), timed, wasClosed);
    lives.bear(call.socket(), adopted);
    return adopted;
  }

  void entered(LiveOperation operation) {
    LiveSocket socket = operation.socket();
    if (socket != null && operation.verb() == Verb.WSK_CLOSE_SOCKET) {
      socket.close = socket.state == State.OPEN ? operation : socket.close;
      socket.state = next(socket.state, Step.CLOSE_ENTER);
    }
  }

  void completed(LiveOperation operation, TimedEvent timed, OpComplete complete) {
    boolean success = complete.ioStatus() >= 0;
    switch (operation.verb()) {
      case WSK_SOCKET, WSK_SOCKET_CONNECT, WSK_ACCEPT -> {
        if (success && complete.information() != 0) {
          birth(operation, timed, complete.information());
        }
      }
      case WSK_BIND, WSK_CONNECT, WSK_CONNECT_EX -> {
        if (success && operation.socket() != null) {
          addresses(operation.socket(), operation);
        }
      }
      case WSK_CLOSE_SOCKET -> closed(operation, timed, success);
      default -> {}
    }
  }

  void end() {
    lives.drain().forEach(socket -> facts.accept(socket.fact(null)));
  }

  private void closed(LiveOperation operation, TimedEvent timed, boolean success) {
    LiveSocket socket = operation.socket();
    if (socket == null || socket.close != operation || socket.state != State.CLOSING) {
      return;
    }
    socket.state = next(socket.state, success ? Step.CLOSE_SUCCEEDED : Step.CLOSE_FAILED);
    if (success) {
      retire(socket, timed);
    } else {
      socket.close = null;
    }
  }

  private void birth(LiveOperation creator, TimedEvent timed, long address) {
    LiveSocket previous = lives.living(address);
    if (previous != null) {
      previous.state = State.GONE;
      retire(previous, timed);
    }
    TimedEvent enter = creator.enter();
    var socket =
        new LiveSocket(
            lives.nextId(),
            address,
            category(creator),
            creator.opId(),
            enter == null ? timed : enter,
            timed,
            enter != null && enter.event() instanceof OpEnter call ? call.socketContext() : 0);
    lives.bear(address, socket);
    if (creator.verb() == Verb.WSK_SOCKET_CONNECT) {
      addresses(socket, creator);
    }
  }

  private static Category category(LiveOperation creator) {
    if (creator.enter() == null) {
      return Category.UNKNOWN;
    }
    return switch (creator.verb()) {
      case WSK_SOCKET -> Category.ofFlags(((CallEnter) creator.enter().event()).flags());
      case WSK_SOCKET_CONNECT -> Category.CONNECTION;
      default ->
          creator.socket() != null && creator.socket().category() == Category.STREAM
              ? Category.STREAM
              : Category.CONNECTION;
    };
  }

  private static void addresses(LiveSocket socket, LiveOperation operation) {
    if (operation.enter() != null && operation.enter().event() instanceof OpEnter call) {
      socket.local = call.localAddress().isAbsent() ? socket.local : call.localAddress();
      socket.remote = call.remoteAddress().isAbsent() ? socket.remote : call.remoteAddress();
    }
  }

  private void retire(LiveSocket socket, TimedEvent by) {
    facts.accept(socket.fact(Moment.of(by)));
    lives.bury(socket.address(), socket);
  }
}
