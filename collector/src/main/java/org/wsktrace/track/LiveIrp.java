package org.wsktrace.track;

import org.jspecify.annotations.Nullable;
import org.wsktrace.event.IrpKind;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.track.fact.IrpLife;
import org.wsktrace.track.fact.IrpLife.State;
import org.wsktrace.track.fact.Moment;

/** An IRP that was not freed, or the last one at its address. */
public final class LiveIrp extends Live {
  private final long id;
  private final long address;
  private final int client;
  private final IrpKind kind;
  private final Moment begin;
  State state;
  long operations;
  @Nullable LiveOperation operation;
  @Nullable TimedEvent free;
  @Nullable TimedEvent cancel;
  @Nullable TimedEvent lastCompletion;

  LiveIrp(long id, long address, int client, IrpKind kind, State state, TimedEvent first) {
    this.id = id;
    this.address = address;
    this.client = client;
    this.kind = kind;
    this.state = state;
    this.begin = Moment.of(first);
  }

  public long id() {
    return id;
  }

  public long address() {
    return address;
  }

  public IrpKind kind() {
    return kind;
  }

  public State state() {
    return state;
  }

  /** The operation that has it in flight. */
  public @Nullable LiveOperation operation() {
    return operation;
  }

  /** The IoFreeIrp that ended it. */
  public @Nullable TimedEvent free() {
    return free;
  }

  /** The IoCancelIrp of the operation that has it in flight. */
  public @Nullable TimedEvent cancel() {
    return cancel;
  }

  /** The completion of the last operation that it carried. */
  public @Nullable TimedEvent lastCompletion() {
    return lastCompletion;
  }

  IrpLife fact(@Nullable Moment end) {
    return new IrpLife(id, address, client, kind, begin, end, state, operations);
  }
}
