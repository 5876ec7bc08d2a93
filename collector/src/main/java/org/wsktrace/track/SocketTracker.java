package org.wsktrace.track;

import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.wsktrace.event.CallbackKind;
import org.wsktrace.event.NtStatus;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.Verb;
import org.wsktrace.event.WskEvent.CallEnter;
import org.wsktrace.event.WskEvent.CallbackEnter;
import org.wsktrace.event.WskEvent.CallbackExit;
import org.wsktrace.event.WskEvent.OpComplete;
import org.wsktrace.event.WskEvent.OpEnter;
import org.wsktrace.event.WskEvent.OpExit;
import org.wsktrace.track.fact.FactSink;
import org.wsktrace.track.fact.Moment;
import org.wsktrace.track.fact.SocketLife.Category;
import org.wsktrace.track.fact.SocketLife.State;

/**
 * The lives of sockets: when they are created or accepted, closing and closed. A closed address
 * that is used again without a birth is the closed socket, until something succeeds on it. What
 * they are connected to is {@link ConnectionTracker}'s.
 */
public final class SocketTracker {
  private static final int MAX_FAILED = 1 << 12;

  private final Lives<LiveSocket> lives;
  private final Memo.Numbers<LiveSocket> memos = new Memo.Numbers<>();
  private final ConnectionTracker connections = new ConnectionTracker();
  private final FactSink facts;

  /** What failed creations left in IoStatus.Information, and their completions. */
  private final Map<Long, TimedEvent> failed = new LinkedHashMap<>();

  /** Those that live and have a context, by that. */
  private final NavigableMap<Long, Set<LiveSocket>> contexts = new TreeMap<>();

  SocketTracker(FactSink facts) {
    this.facts = facts;
    this.lives = new Lives<>(this::giveUp);
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

  /**
   * The completion of a WskSocket, WskSocketConnect or WskAccept that failed and left this address
   * in IoStatus.Information; null when there was none, or a socket was born there since.
   */
  public @Nullable TimedEvent failed(long address) {
    return failed.get(address);
  }

  /** Those whose context lies in a block of memory; mostly none. */
  public List<LiveSocket> withContextIn(long block, long size) {
    if (contexts.isEmpty()) {
      return List.of();
    }
    return contexts.subMap(block, true, Math.max(block, block + size - 1), true).values().stream()
        .flatMap(Set::stream)
        .toList();
  }

  /**
   * The socket that a call is made on: one that is closed or rejected where nobody was born since;
   * null for calls that have none, and for what is known to be none.
   */
  @Nullable LiveSocket enter(TimedEvent timed, CallEnter call) {
    long address = call.socket();
    if (address == 0) {
      return null;
    }
    LiveSocket living = lives.living(address);
    if (living != null) {
      living.lastUse = timed;
      return living;
    }
    LiveSocket dead = lives.dead(address);
    if (dead != null && dead.state != State.GONE) {
      return dead;
    }
    return failed.containsKey(address) ? null : adopt(address, timed);
  }

  private LiveSocket adopt(long address, TimedEvent timed) {
    Connection connection = connections.born(Connection.State.UNKNOWN, 0, null);
    var adopted = LiveSocket.adopted(lives.nextId(), address, timed, connection);
    adopted.lastUse = timed;
    lives.bear(address, adopted);
    return adopted;
  }

  void entered(LiveOperation operation) {
    LiveSocket socket = operation.socket();
    if (socket != null && operation.verb() == Verb.WSK_CLOSE_SOCKET) {
      socket.close = socket.state == State.OPEN ? operation : socket.close;
      socket.state = next(socket.state, Step.CLOSE_ENTER);
    }
    connections.entered(operation);
  }

  void returned(LiveOperation operation, TimedEvent timed, OpExit exit) {
    connections.returned(operation, timed, exit);
  }

  void called(TimedEvent timed, CallbackEnter enter) {
    LiveSocket socket = lives.living(enter.socket());
    if (socket != null) {
      connections.called(socket, timed, enter);
    }
    if (enter.kind() == CallbackKind.WSK_ACCEPT_EVENT && enter.acceptSocket() != 0) {
      LiveSocket accepted = brought(timed, enter.acceptSocket(), socket);
      accepted.local = enter.localAddress().isAbsent() ? null : enter.localAddress();
      accepted.remote = enter.remoteAddress().isAbsent() ? null : enter.remoteAddress();
    }
  }

  /**
   * @param enter of the same call of the callback, null where it is missing
   */
  void answered(TimedEvent timed, CallbackExit exit, @Nullable CallbackEnter enter) {
    LiveSocket socket = lives.living(exit.socket());
    if (socket != null) {
      connections.answered(socket, timed, exit, enter);
    }
    if (exit.kind() == CallbackKind.WSK_ACCEPT_EVENT && exit.acceptSocket() != 0) {
      accepted(timed, exit, enter, socket);
    }
  }

  private void accepted(
      TimedEvent timed,
      CallbackExit exit,
      @Nullable CallbackEnter enter,
      @Nullable LiveSocket listener) {
    LiveSocket accepted = lives.living(exit.acceptSocket());
    if (exit.status() == NtStatus.SUCCESS) {
      if (enter == null) {
        accepted = brought(timed, exit.acceptSocket(), listener);
      }
      if (accepted != null) {
        give(accepted, exit.acceptContext());
      }
    } else if (accepted != null && accepted.creatorOpId() == null) {
      accepted.rejection = timed;
      accepted.state = State.CLOSED;
      retire(accepted, timed);
    }
  }

  private LiveSocket brought(TimedEvent timed, long address, @Nullable LiveSocket listener) {
    replace(address, timed);
    Connection connection =
        connections.born(Connection.State.CONNECTED, timed.event().header().client(), listener);
    var socket =
        LiveSocket.brought(
            lives.nextId(), address, ofAccepted(listener), timed, connection, listener);
    lives.bear(address, socket);
    return socket;
  }

  void completed(LiveOperation operation, TimedEvent timed, OpComplete complete) {
    boolean success = complete.ioStatus() >= 0;
    if (success && operation.verb() != Verb.WSK_CLOSE_SOCKET) {
      revive(operation, timed);
    }
    connections.completed(operation, timed, complete);
    switch (operation.verb()) {
      case WSK_SOCKET, WSK_SOCKET_CONNECT, WSK_ACCEPT -> {
        if (success && complete.information() != 0) {
          birth(operation, timed, complete.information());
        } else if (!success && lives.living(complete.information()) == null) {
          remember(complete.information(), timed);
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

  /** No call succeeds on a socket that is gone: its successor's birth was not seen. */
  private void revive(LiveOperation operation, TimedEvent timed) {
    LiveSocket socket = operation.socket();
    TimedEvent enter = operation.enter();
    // An operation of the time before the close may complete late.
    boolean usedDead =
        socket != null
            && enter != null
            && socket.close != null
            && socket.state == State.CLOSED
            && socket.end != null
            && enter.seq() > socket.end.seq();
    if (usedDead && lives.dead(socket.address()) == socket) {
      adopt(socket.address(), timed);
    }
  }

  private void remember(long address, TimedEvent timed) {
    if (address != 0) {
      failed.put(address, timed);
      if (failed.size() > MAX_FAILED) {
        Iterator<TimedEvent> eldest = failed.values().iterator();
        eldest.next();
        eldest.remove();
      }
    }
  }

  /** A new socket takes the address. */
  private void replace(long address, TimedEvent timed) {
    failed.remove(address);
    LiveSocket previous = lives.living(address);
    if (previous != null) {
      previous.state = State.GONE;
      retire(previous, timed);
    }
  }

  private void birth(LiveOperation creator, TimedEvent timed, long address) {
    replace(address, timed);
    Connection connection =
        connections.born(
            creator.enter() == null
                ? Connection.State.UNKNOWN
                : creator.verb() == Verb.WSK_SOCKET
                    ? Connection.State.OPEN
                    : Connection.State.CONNECTED,
            creator.client(),
            null);
    LiveSocket socket =
        LiveSocket.created(lives.nextId(), address, category(creator), creator, timed, connection);
    TimedEvent enter = creator.enter();
    if (enter != null && enter.event() instanceof OpEnter call) {
      give(socket, call.socketContext());
    }
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
      default -> ofAccepted(creator.socket());
    };
  }

  private static Category ofAccepted(@Nullable LiveSocket listener) {
    return listener != null && listener.category() == Category.STREAM
        ? Category.STREAM
        : Category.CONNECTION;
  }

  private static void addresses(LiveSocket socket, LiveOperation operation) {
    if (operation.enter() != null && operation.enter().event() instanceof OpEnter call) {
      socket.local = call.localAddress().isAbsent() ? socket.local : call.localAddress();
      socket.remote = call.remoteAddress().isAbsent() ? socket.remote : call.remoteAddress();
    }
  }

  private void give(LiveSocket socket, long context) {
    forgetContext(socket);
    socket.context = context;
    if (context != 0) {
      contexts.computeIfAbsent(context, _ -> new LinkedHashSet<>(2)).add(socket);
    }
  }

  private void forgetContext(LiveSocket socket) {
    Set<LiveSocket> sharing = contexts.get(socket.context());
    if (sharing != null && sharing.remove(socket) && sharing.isEmpty()) {
      contexts.remove(socket.context());
    }
  }

  private void giveUp(LiveSocket socket) {
    forgetContext(socket);
    facts.accept(socket.fact(null));
  }

  private void retire(LiveSocket socket, TimedEvent by) {
    forgetContext(socket);
    socket.end = by;
    facts.accept(socket.fact(Moment.of(by)));
    lives.bury(socket.address(), socket);
  }
}
