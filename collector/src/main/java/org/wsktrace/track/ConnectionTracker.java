package org.wsktrace.track;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.wsktrace.event.CallbackKind;
import org.wsktrace.event.ControlCode;
import org.wsktrace.event.EventMask;
import org.wsktrace.event.NtStatus;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.Verb;
import org.wsktrace.event.WskEvent;
import org.wsktrace.event.WskEvent.CallEnter;
import org.wsktrace.event.WskEvent.CallbackEnter;
import org.wsktrace.event.WskEvent.CallbackExit;
import org.wsktrace.event.WskEvent.OpComplete;
import org.wsktrace.event.WskEvent.OpEnter;
import org.wsktrace.event.WskEvent.OpExit;
import org.wsktrace.track.Connection.State;
import org.wsktrace.track.Connection.Step;
import org.wsktrace.track.fact.SocketLife.Category;

/**
 * Moves the connection track of sockets. An operation has succeeded when its IRP completes so, or
 * when its call returns so without STATUS_PENDING, whichever is seen first.
 */
final class ConnectionTracker {
  /** Flags of WskDisconnect, WskDisconnectEvent and WskReceive (wsk.h). */
  private static final long ABORTIVE = 0x1;

  private static final long DRAIN = 0x4;

  /** What a listening socket hands on to what it accepts in its callback. */
  private static final long OF_CONNECTIONS =
      EventMask.RECEIVE | EventMask.DISCONNECT | EventMask.SEND_BACKLOG;

  /** Callbacks that are on for all new sockets of a client. */
  private final Map<Integer, Long> staticEvents = new HashMap<>();

  /**
   * The transitions. What makes no sense where it stands changes nothing: rules say so.
   *
   * @param listener of the category WSK_FLAG_LISTEN_SOCKET, which listens as soon as it is bound
   */
  static State next(State from, Step step, boolean listener) {
    return switch (step) {
      // Whether one of an unknown category listens now is unknown too.
      case BIND -> from == State.OPEN ? (listener ? State.LISTENING : State.BOUND) : from;
      case LISTEN -> from.wasConnected() ? from : State.LISTENING;
      case CONNECT -> from.wasConnected() ? from : State.CONNECTED;
      case LOCAL_CLOSE ->
          switch (from) {
            case CONNECTED, UNKNOWN -> State.LOCAL_CLOSED;
            case PEER_CLOSED -> State.FULL_CLOSED;
            default -> from;
          };
      case PEER_CLOSE ->
          switch (from) {
            case CONNECTED, UNKNOWN -> State.PEER_CLOSED;
            case LOCAL_CLOSED -> State.FULL_CLOSED;
            default -> from;
          };
      case ABORT -> from.wasConnected() || from == State.UNKNOWN ? State.RESET : from;
      case SILENCE -> State.SILENT;
      case LOSE_TRACK -> State.UNKNOWN;
    };
  }

  /**
   * Of a socket that is born.
   *
   * @param listener whose callback brought it, null for others
   */
  Connection born(State state, int client, @Nullable LiveSocket listener) {
    var connection = new Connection(state);
    connection.staticEvents = staticEvents.getOrDefault(client, 0L);
    connection.events = connection.staticEvents;
    if (listener != null) {
      connection.events |= listener.connection().events & OF_CONNECTIONS;
      connection.eventsKnown = listener.connection().eventsKnown;
    }
    return connection;
  }

  void entered(LiveOperation operation) {
    LiveSocket socket = operation.socket();
    if (socket == null) {
      return;
    }
    switch (operation.verb()) {
      case WSK_RECEIVE -> socket.connection().blocked = null;
      case WSK_DISCONNECT -> socket.connection().disconnect = operation;
      default -> {}
    }
  }

  void returned(LiveOperation operation, TimedEvent timed, OpExit exit) {
    if (exit.status() == NtStatus.PENDING) {
      if (!operation.observable()) {
        loseTrack(operation, timed);
      }
    } else if (exit.status() >= 0) {
      succeeded(operation, timed);
    } else {
      died(operation, timed, exit.status());
      if (operation.completion() == null) {
        failed(operation, timed);
      }
    }
  }

  void completed(LiveOperation operation, TimedEvent timed, OpComplete complete) {
    if (complete.ioStatus() >= 0) {
      succeeded(operation, timed);
      LiveSocket socket = operation.socket();
      if (socket != null && operation.verb() == Verb.WSK_RECEIVE) {
        if (complete.information() != 0) {
          socket.connection().lastReceived = timed;
        } else if (endOfData(operation)) {
          step(socket, Step.PEER_CLOSE, timed);
        }
      }
    } else {
      died(operation, timed, complete.ioStatus());
      failed(operation, timed);
    }
  }

  void called(LiveSocket socket, TimedEvent timed, CallbackEnter enter) {
    Connection connection = socket.connection();
    die(connection, timed, Connection.isDeath(enter));
    switch (enter.kind()) {
      case WSK_RECEIVE_EVENT, WSK_RECEIVE_FROM_EVENT -> {
        connection.blocked = null;
        connection.lastReceived = timed;
      }
      case WSK_DISCONNECT_EVENT ->
          step(socket, (enter.flags() & ABORTIVE) != 0 ? Step.ABORT : Step.PEER_CLOSE, timed);
      default -> {}
    }
  }

  /**
   * @param enter of the same call of the callback, null where it is missing
   */
  void answered(
      LiveSocket socket, TimedEvent timed, CallbackExit exit, @Nullable CallbackEnter enter) {
    Connection connection = socket.connection();
    if (enter == null || enter.dataIndication() == 0) {
      return;
    }
    boolean refused = exit.status() == NtStatus.DATA_NOT_ACCEPTED;
    if (exit.kind() == CallbackKind.WSK_RECEIVE_EVENT) {
      if (refused || (exit.status() == NtStatus.SUCCESS && partly(exit, enter))) {
        connection.blocked = timed;
      }
    } else if (exit.kind() == CallbackKind.WSK_RECEIVE_FROM_EVENT
        && refused
        && (connection.staticEvents & EventMask.RECEIVE_FROM) == 0) {
      connection.events &= ~EventMask.RECEIVE_FROM;
      connection.blocked = timed;
    }
  }

  /** A driver that takes all need not write the number, so one that is as before says nothing. */
  private static boolean partly(CallbackExit exit, CallbackEnter enter) {
    return exit.bytesAccepted() != enter.bytesAccepted()
        && Long.compareUnsigned(exit.bytesAccepted(), enter.bytesIndicated()) < 0;
  }

  private void succeeded(LiveOperation operation, TimedEvent timed) {
    if (operation.succeeded) {
      return;
    }
    operation.succeeded = true;
    if (operation.enter() == null) {
      return;
    }
    if (operation.verb() == Verb.WSK_CONTROL_CLIENT) {
      controlled(operation);
    }
    LiveSocket socket = operation.socket();
    if (socket == null) {
      return;
    }
    switch (operation.verb()) {
      case WSK_BIND -> step(socket, Step.BIND, timed);
      case WSK_LISTEN -> step(socket, Step.LISTEN, timed);
      case WSK_CONNECT, WSK_CONNECT_EX -> step(socket, Step.CONNECT, timed);
      case WSK_DISCONNECT ->
          step(socket, abortive(operation) ? Step.ABORT : Step.LOCAL_CLOSE, timed);
      case WSK_SEND -> socket.connection().lastSent = timed;
      case WSK_CONTROL_SOCKET -> controlled(operation, socket, timed);
      default -> {}
    }
  }

  private static void failed(LiveOperation operation, TimedEvent timed) {
    LiveSocket socket = operation.socket();
    if (socket == null) {
      return;
    }
    switch (operation.verb()) {
      case WSK_BIND, WSK_LISTEN, WSK_CONNECT, WSK_CONNECT_EX -> socket.connection().failure = timed;
      case WSK_DISCONNECT -> {
        if (socket.connection().disconnect == operation) {
          socket.connection().disconnect = null;
        }
      }
      default -> {}
    }
  }

  private void controlled(LiveOperation operation) {
    if (event(operation) instanceof OpEnter call
        && ControlCode.of(call) == ControlCode.WSK_SET_STATIC_EVENT_CALLBACKS) {
      long mask = EventMask.of(call);
      if (mask != EventMask.UNKNOWN) {
        staticEvents.merge(call.header().client(), mask, (one, other) -> one | other);
      }
    }
  }

  private static void controlled(LiveOperation operation, LiveSocket socket, TimedEvent timed) {
    if (!(event(operation) instanceof OpEnter call)) {
      return;
    }
    Connection connection = socket.connection();
    switch (ControlCode.of(call)) {
      case SO_WSK_EVENT_CALLBACK -> {
        if (call.requestType() == ControlCode.WSK_SET_OPTION) {
          switchEvents(connection, EventMask.of(call));
        }
      }
      case SO_CONDITIONAL_ACCEPT -> {
        if (call.requestType() == ControlCode.WSK_SET_OPTION) {
          connection.conditionalAccept = !call.input().isZero();
        }
      }
      case SIO_WSK_SET_REMOTE_ADDRESS -> connection.fixedRemote = call.inputBuffer() != 0;
      case SIO_WSK_SET_SENDTO_ADDRESS -> connection.fixedSendTo = call.inputBuffer() != 0;
      case SIO_WSK_SET_TCP_SILENT_MODE -> step(socket, Step.SILENCE, timed);
      case null, default -> {}
    }
  }

  private static void switchEvents(Connection connection, long mask) {
    if (mask == EventMask.UNKNOWN) {
      connection.eventsKnown = false;
      return;
    }
    connection.events = EventMask.after(connection.events, mask);
    if ((connection.events & EventMask.RECEIVE_FROM) != 0 && (mask & EventMask.DISABLE) == 0) {
      connection.blocked = null;
    }
  }

  /** It asked for data and got none, with success: the peer has sent all. */
  private static boolean endOfData(LiveOperation receive) {
    return receive.length() > 0 && (flags(receive) & DRAIN) == 0;
  }

  private static void loseTrack(LiveOperation operation, TimedEvent timed) {
    LiveSocket socket = operation.socket();
    if (socket == null) {
      return;
    }
    switch (operation.verb()) {
      case WSK_BIND, WSK_LISTEN, WSK_CONNECT, WSK_CONNECT_EX, WSK_DISCONNECT ->
          step(socket, Step.LOSE_TRACK, timed);
      case WSK_CONTROL_SOCKET -> {
        socket.connection().eventsKnown = false;
        step(socket, Step.LOSE_TRACK, timed);
      }
      default -> {}
    }
  }

  private static void died(LiveOperation operation, TimedEvent timed, int status) {
    LiveSocket socket = operation.socket();
    if (socket != null && operation.verb() != Verb.WSK_CLOSE_SOCKET) {
      die(socket.connection(), timed, status == NtStatus.FILE_FORCED_CLOSED);
    }
  }

  private static void die(Connection connection, TimedEvent timed, boolean dead) {
    if (dead && connection.death == null) {
      connection.death = timed;
    }
  }

  private static void step(LiveSocket socket, Step step, TimedEvent timed) {
    socket.connection().step(step, timed, socket.category() == Category.LISTEN);
  }

  private static boolean abortive(LiveOperation operation) {
    return (flags(operation) & ABORTIVE) != 0;
  }

  private static long flags(LiveOperation operation) {
    return event(operation) instanceof CallEnter call ? call.flags() : 0;
  }

  private static @Nullable WskEvent event(LiveOperation operation) {
    TimedEvent enter = operation.enter();
    return enter == null ? null : enter.event();
  }
}
