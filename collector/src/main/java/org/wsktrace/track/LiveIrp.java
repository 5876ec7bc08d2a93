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
  private final TimedEvent birth;
  State state;
  long operations;
  @Nullable LiveOperation operation;
  @Nullable TimedEvent free;
  @Nullable TimedEvent cancel;
  @Nullable LiveOperation lastOperation;
  @Nullable TimedEvent passedOn;
  @Nullable TimedEvent freedBefore;

  LiveIrp(long id, long address, int client, IrpKind kind, State state, TimedEvent first) {
    this.id = id;
    this.address = address;
    this.client = client;
    this.kind = kind;
    this.state = state;
    this.birth = first;
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

  /** What gave it to the driver, or its first use when adopted. */
  public TimedEvent birth() {
    return birth;
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
    return lastOperation == null ? null : lastOperation.completion();
  }

  /** The last operation that it carried to its completion. */
  public @Nullable LiveOperation lastOperation() {
    return lastOperation;
  }

  /** How many operations it has carried, the one in flight included. */
  public long operations() {
    return operations;
  }

  /**
   * The return of its completion routine with something else than STATUS_MORE_PROCESSING_REQUIRED,
   * or its IoCompleteRequest: the I/O manager or the driver above has it. Null when it is the
   * driver's, as it is again when it is given to a call.
   */
  public @Nullable TimedEvent passedOn() {
    return passedOn;
  }

  /**
   * The IoFreeIrp of the last IRP at the address of an adopted one: it is perhaps that one, used
   * after its end.
   */
  public @Nullable TimedEvent freedBefore() {
    return freedBefore;
  }

  IrpLife fact(@Nullable Moment end) {
    return new IrpLife(id, address, client, kind, Moment.of(birth), end, state, operations);
  }
}
