package org.wsktrace.track;

import org.jspecify.annotations.Nullable;
import org.wsktrace.event.SocketAddress;
import org.wsktrace.event.TimedEvent;
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
  private final TimedEvent creation;
  private final Moment begin;
  private final long context;
  private final boolean maybeClosed;
  private final OperationQueue operations = new OperationQueue();
  State state = State.OPEN;
  @Nullable LiveOperation close;
  @Nullable SocketAddress local;
  @Nullable SocketAddress remote;

  /** A socket whose creation was seen. */
  LiveSocket(
      long id,
      long address,
      Category category,
      long creatorOpId,
      TimedEvent creation,
      TimedEvent completion,
      long context) {
    this.id = id;
    this.address = address;
    this.client = completion.event().header().client();
    this.category = category;
    this.creatorOpId = creatorOpId;
    this.creation = creation;
    this.begin = Moment.of(completion);
    this.context = context;
    this.maybeClosed = false;
  }

  /** A socket that was first seen in use. */
  LiveSocket(long id, long address, TimedEvent use, boolean maybeClosed) {
    this.id = id;
    this.address = address;
    this.client = use.event().header().client();
    this.category = Category.UNKNOWN;
    this.creatorOpId = null;
    this.creation = use;
    this.begin = Moment.of(use);
    this.context = 0;
    this.maybeClosed = maybeClosed;
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

  /** As WskSocket, WskSocketConnect or WskAccept was given it; 0 when unknown. */
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
    return creatorOpId == null;
  }

  /**
   * The call that created it, the completion where that call is missing, or its first use when
   * adopted.
   */
  public TimedEvent creation() {
    return creation;
  }

  /**
   * Adopted at an address where a socket was closed before: a new socket whose birth was not seen,
   * or the closed one used once more.
   */
  public boolean maybeClosed() {
    return maybeClosed;
  }

  /** The WskCloseSocket that it is closing or closed by. */
  public @Nullable LiveOperation close() {
    return close;
  }

  SocketLife fact(@Nullable Moment end) {
    TimedEvent closeEnter = close == null ? null : close.enter();
    return new SocketLife(
        id,
        address,
        client,
        adopted(),
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
