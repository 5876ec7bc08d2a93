package org.wsktrace.track;

import org.jspecify.annotations.Nullable;
import org.wsktrace.event.SocketAddress;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.Verb;
import org.wsktrace.track.fact.Moment;
import org.wsktrace.track.fact.SocketLife;
import org.wsktrace.track.fact.SocketLife.Category;
import org.wsktrace.track.fact.SocketLife.State;

/** A socket that was not closed, or the last one at its address. */
public final class LiveSocket extends Live {
  private final long id;
  private final long address;
  private final int client;
  private final Category category;
  private final @Nullable Long creatorOpId;
  private final boolean adopted;
  private final TimedEvent creation;
  private final Moment begin;
  private final Connection connection;
  private final boolean accepted;
  private final @Nullable LiveSocket listener;
  private final OperationQueue operations = new OperationQueue();
  State state = State.OPEN;
  long context;
  @Nullable LiveOperation close;
  @Nullable SocketAddress local;
  @Nullable SocketAddress remote;
  @Nullable TimedEvent rejection;
  @Nullable TimedEvent lastUse;
  @Nullable TimedEvent end;

  private LiveSocket(
      long id,
      long address,
      Category category,
      @Nullable Long creatorOpId,
      boolean adopted,
      TimedEvent creation,
      TimedEvent birth,
      Connection connection,
      boolean accepted,
      @Nullable LiveSocket listener) {
    this.id = id;
    this.address = address;
    this.client = birth.event().header().client();
    this.category = category;
    this.creatorOpId = creatorOpId;
    this.adopted = adopted;
    this.creation = creation;
    this.begin = Moment.of(birth);
    this.connection = connection;
    this.accepted = accepted;
    this.listener = listener;
  }

  /** A socket that a call created. */
  static LiveSocket created(
      long id,
      long address,
      Category category,
      LiveOperation creator,
      TimedEvent completion,
      Connection connection) {
    TimedEvent enter = creator.enter();
    return new LiveSocket(
        id,
        address,
        category,
        creator.opId(),
        false,
        enter == null ? completion : enter,
        completion,
        connection,
        creator.verb() == Verb.WSK_ACCEPT,
        creator.verb() == Verb.WSK_ACCEPT ? creator.socket() : null);
  }

  /** A socket that an accept callback brought. */
  static LiveSocket brought(
      long id,
      long address,
      Category category,
      TimedEvent callback,
      Connection connection,
      @Nullable LiveSocket listener) {
    return new LiveSocket(
        id, address, category, null, false, callback, callback, connection, true, listener);
  }

  /** A socket that was first seen in use. */
  static LiveSocket adopted(long id, long address, TimedEvent use, Connection connection) {
    return new LiveSocket(
        id, address, Category.UNKNOWN, null, true, use, use, connection, false, null);
  }

  public long id() {
    return id;
  }

  public long address() {
    return address;
  }

  public int client() {
    return client;
  }

  /** Its operations that are not done, in the order of their enters. */
  public OperationQueue operations() {
    return operations;
  }

  /** As WSK was given it when the socket was created or accepted; 0 when unknown. */
  public long context() {
    return context;
  }

  public State state() {
    return state;
  }

  public Category category() {
    return category;
  }

  public boolean adopted() {
    return adopted;
  }

  /**
   * The call that created it, the completion where that call is missing, the callback that brought
   * it, or its first use when adopted.
   */
  public TimedEvent creation() {
    return creation;
  }

  /** When its creator completed, its callback came, or it was used first when adopted. */
  public Moment begin() {
    return begin;
  }

  /** Its other track: what it is bound and connected to, and what flows. */
  public Connection connection() {
    return connection;
  }

  /** The socket that accepted it; null when none did or that is not known. */
  public @Nullable LiveSocket listener() {
    return listener;
  }

  /** It came from WskAccept or WskAcceptEvent. */
  public boolean wasAccepted() {
    return accepted;
  }

  /**
   * The return of the WskAcceptEvent that refused it: WSK closes it then, and the driver must not
   * touch it any more.
   */
  public @Nullable TimedEvent rejection() {
    return rejection;
  }

  /** The newest call on it; null when there was none. */
  public @Nullable TimedEvent lastUse() {
    return lastUse;
  }

  /** The WskCloseSocket that it is closing or closed by. */
  public @Nullable LiveOperation close() {
    return close;
  }

  @Nullable Long creatorOpId() {
    return creatorOpId;
  }

  SocketLife fact(@Nullable Moment end) {
    TimedEvent closeEnter = close == null ? null : close.enter();
    return new SocketLife(
        id,
        address,
        client,
        adopted,
        category,
        creatorOpId,
        begin,
        closeEnter == null ? null : Moment.of(closeEnter),
        end,
        state,
        context,
        local,
        remote);
  }
}
