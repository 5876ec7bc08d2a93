package org.wsktrace.track;

import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.wsktrace.event.EventMask;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent.CallbackEnter;

/**
 * What a socket is connected to, and what still flows: the second track of a socket, beside its
 * lifecycle. It advances when an operation succeeds or an event callback says so; what a call may
 * do is judged by it at the call's enter. Changed by {@link ConnectionTracker} alone.
 */
public final class Connection {
  /** How far it is. A stream socket has chosen its role once it is LISTENING or CONNECTED. */
  public enum State {
    /** First seen in use, or changed by a call whose outcome can't be seen. */
    UNKNOWN,
    /** Created. */
    OPEN,
    /** WskBind succeeded; a listening socket goes on to LISTENING by itself. */
    BOUND,
    LISTENING,
    CONNECTED,
    /** The driver has disconnected: it may only receive. */
    LOCAL_CLOSED,
    /** The peer has disconnected: the driver may only send. */
    PEER_CLOSED,
    FULL_CLOSED,
    /** Disconnected with force, by either side: only WskCloseSocket is left. */
    RESET,
    /** SIO_WSK_SET_TCP_SILENT_MODE: only WskCloseSocket is left. */
    SILENT;

    /** It is connected, or has been. */
    public boolean wasConnected() {
      return compareTo(CONNECTED) >= 0;
    }
  }

  /** What moves it on. */
  public enum Step {
    BIND,
    LISTEN,
    CONNECT,
    LOCAL_CLOSE,
    PEER_CLOSE,
    ABORT,
    SILENCE,
    /** The outcome of such a call can't be seen. */
    LOSE_TRACK
  }

  /** Whether WSK hands data to the receive callback. */
  public enum Receiving {
    RX_FLOWING,
    /**
     * The driver did not take all: WSK waits for its WskReceive, or for the callback's enabling.
     */
    RX_BLOCKED
  }

  private final Map<Step, TimedEvent> causes = new EnumMap<>(Step.class);
  State state;
  @Nullable TimedEvent death;
  @Nullable LiveOperation disconnect;
  @Nullable TimedEvent failure;
  @Nullable TimedEvent lastSent;
  @Nullable TimedEvent lastReceived;
  @Nullable TimedEvent blocked;
  boolean fixedRemote;
  boolean fixedSendTo;
  boolean conditionalAccept;

  /** Bits of {@link EventMask}; of no use while {@link #eventsKnown} is false. */
  long events;

  /** Those of them that were on from the start and stay on. */
  long staticEvents;

  boolean eventsKnown;

  Connection(State state) {
    this.state = state;
    this.eventsKnown = state != State.UNKNOWN;
  }

  /** True for a callback that says that its socket is no longer functional. */
  public static boolean isDeath(CallbackEnter call) {
    return switch (call.kind()) {
      case WSK_ACCEPT_EVENT -> call.acceptSocket() == 0;
      case WSK_INSPECT_EVENT ->
          call.inspectId() == 0 && call.inspectKey() == 0 && call.inspectSerial() == 0;
      case WSK_RECEIVE_EVENT, WSK_RECEIVE_FROM_EVENT -> call.dataIndication() == 0;
      default -> false;
    };
  }

  public State state() {
    return state;
  }

  /** The event that made the last such step; null when none was made. */
  public @Nullable TimedEvent cause(Step step) {
    return causes.get(step);
  }

  /** DEAD: what said that the socket is no longer functional; null as long as it is. */
  public @Nullable TimedEvent death() {
    return death;
  }

  /** A WskDisconnect that was entered and has not failed. */
  public @Nullable LiveOperation disconnect() {
    return disconnect;
  }

  /** The completion or the return of the last WskBind, WskListen or WskConnect that failed. */
  public @Nullable TimedEvent failure() {
    return failure;
  }

  /** The completion of the last send that succeeded. */
  public @Nullable TimedEvent lastSent() {
    return lastSent;
  }

  /** The last completion or callback that brought data; null when none did. */
  public @Nullable TimedEvent lastReceived() {
    return lastReceived;
  }

  /** A datagram socket has a remote or destination address of its own. */
  public boolean fixed() {
    return fixedRemote || fixedSendTo;
  }

  /** SO_CONDITIONAL_ACCEPT is on. */
  public boolean conditionalAccept() {
    return conditionalAccept;
  }

  /**
   * An event callback is known to be on.
   *
   * @param event a bit of {@link EventMask}, or several of which one is on
   */
  public boolean enabled(long event) {
    return eventsKnown && (events & event) != 0;
  }

  /**
   * An event callback is known to be off.
   *
   * @param event a bit of {@link EventMask}, or several that all are off
   */
  public boolean disabled(long event) {
    return eventsKnown && (events & event) == 0;
  }

  public Receiving receiving() {
    return blocked == null ? Receiving.RX_FLOWING : Receiving.RX_BLOCKED;
  }

  /** The return of the callback that made it {@link Receiving#RX_BLOCKED}; null while it flows. */
  public @Nullable TimedEvent blocked() {
    return blocked;
  }

  void step(Step step, TimedEvent cause, boolean listener) {
    State next = ConnectionTracker.next(state, step, listener);
    if (next != state) {
      causes.put(step, cause);
      state = next;
    }
  }
}
