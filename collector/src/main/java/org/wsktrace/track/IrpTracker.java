package org.wsktrace.track;

import static org.wsktrace.track.fact.IrpLife.State.AWAIT;
import static org.wsktrace.track.fact.IrpLife.State.CANCELLING;
import static org.wsktrace.track.fact.IrpLife.State.COMPLETED;
import static org.wsktrace.track.fact.IrpLife.State.IDLE;
import static org.wsktrace.track.fact.IrpLife.State.PENDING;
import static org.wsktrace.track.fact.IrpLife.State.SUBMITTED;
import static org.wsktrace.track.fact.IrpLife.State.UNKNOWN;

import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.wsktrace.event.IrpKind;
import org.wsktrace.event.NtStatus;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent.IrpBirth;
import org.wsktrace.event.WskEvent.IrpCompleteRequest;
import org.wsktrace.event.WskEvent.IrpFree;
import org.wsktrace.event.WskEvent.IrpReuse;
import org.wsktrace.event.WskEvent.OpCompleteExit;
import org.wsktrace.event.WskEvent.OpExit;
import org.wsktrace.track.fact.FactSink;
import org.wsktrace.track.fact.IrpLife.State;
import org.wsktrace.track.fact.Moment;

/** The lives of IRPs. */
public final class IrpTracker {
  private final Lives<LiveIrp> lives;

  /** Those that lie in memory of their driver, which ends them when it is freed; by address. */
  private final NavigableMap<Long, LiveIrp> embedded = new TreeMap<>(Long::compareUnsigned);

  private final Memo.Numbers<LiveIrp> memos = new Memo.Numbers<>();
  private final FactSink facts;

  IrpTracker(FactSink facts) {
    this.facts = facts;
    this.lives =
        new Lives<>(
            irp -> {
              embedded.remove(irp.address());
              facts.accept(irp.fact(null));
            });
  }

  /** What happens to an IRP. */
  private enum Step {
    ENTER,
    EXIT_PENDING,
    EXIT_OTHER,
    EXIT_UNSEEN,
    COMPLETE,
    REUSE,
    CANCEL
  }

  /** The transitions. Births and frees begin and end a life and have no row. */
  private static State next(State from, Step step) {
    return switch (step) {
      // In flight: two operations have one IRP, WSK-IRP-005. The newer one counts.
      case ENTER -> SUBMITTED;
      // From COMPLETED: the completion came before the return, which is legal.
      case EXIT_PENDING -> from == SUBMITTED ? PENDING : from;
      // Whether it will complete is unknown for some statuses.
      case EXIT_OTHER -> from == SUBMITTED ? AWAIT : from;
      // Its completion can't be seen, so nothing is known from here on.
      case EXIT_UNSEEN -> UNKNOWN;
      case COMPLETE -> COMPLETED;
      // In flight: WSK-IRP-005.
      case REUSE -> from.inFlight() ? from : IDLE;
      case CANCEL -> from == SUBMITTED || from == PENDING ? CANCELLING : from;
    };
  }

  /** Something to remember of each IRP as long as it lives. */
  public <T> Memo<LiveIrp, T> memo(Supplier<T> fresh) {
    return memos.memo(fresh);
  }

  /** The holder of an address; null when none was seen. */
  public @Nullable LiveIrp living(long address) {
    return lives.living(address);
  }

  /** Those that were not freed, eldest first. */
  public Collection<LiveIrp> living() {
    return lives.living();
  }

  /** The last holder of an address that was freed and not born again. */
  public @Nullable LiveIrp dead(long address) {
    return lives.dead(address);
  }

  void birth(TimedEvent timed, IrpBirth birth) {
    retire(birth.irp(), timed);
    State state = birth.kind() == IrpKind.ADOPTED ? UNKNOWN : IDLE;
    bear(birth.irp(), birth.header().client(), birth.kind(), state, timed);
  }

  void reuse(TimedEvent timed, IrpReuse reuse) {
    step(use(reuse.irp(), timed), Step.REUSE);
  }

  void cancel(TimedEvent timed, long address) {
    LiveIrp irp = use(address, timed);
    step(irp, Step.CANCEL);
    irp.cancel = timed;
  }

  void free(TimedEvent timed, IrpFree free) {
    if (lives.living(free.irp()) == null && lives.dead(free.irp()) != null) {
      // Freed twice: its life is over already.
      return;
    }
    LiveIrp irp = use(free.irp(), timed);
    irp.free = timed;
    retire(free.irp(), timed);
    irp.state = State.FREED;
  }

  /**
   * A block of pool is freed, and with it the IRPs inside: what is at these addresses later is
   * something else, an IRP from a driver above perhaps.
   *
   * @param size in bytes, not 0
   */
  void blockFreed(TimedEvent timed, long block, long size) {
    if (!embedded.isEmpty()) {
      long last = block + size - 1;
      // The address space ends at -1, whatever a damaged trace says.
      long end = Long.compareUnsigned(last, block) < 0 ? -1 : last;
      List.copyOf(embedded.subMap(block, true, end, true).keySet())
          .forEach(address -> retire(address, timed));
    }
  }

  /** The IRP of a call, null when it has none. */
  @Nullable LiveIrp enter(TimedEvent timed, long address) {
    return address == 0 ? null : use(address, timed);
  }

  void entered(LiveOperation operation) {
    LiveIrp irp = operation.irp();
    if (irp != null) {
      step(irp, Step.ENTER);
      irp.operation = operation.observable() ? operation : null;
      irp.operations++;
      irp.cancel = null;
      irp.passedOn = null;
    }
  }

  void exited(LiveOperation operation, OpExit exit) {
    LiveIrp irp = operation.irp();
    if (irp == null) {
      return;
    }
    if (!operation.observable()) {
      step(irp, Step.EXIT_UNSEEN);
    } else if (irp.operation == operation) {
      step(irp, exit.status() == NtStatus.PENDING ? Step.EXIT_PENDING : Step.EXIT_OTHER);
    }
  }

  void completed(LiveOperation operation) {
    LiveIrp irp = operation.irp();
    if (irp != null && irp.operation == operation) {
      step(irp, Step.COMPLETE);
      irp.operation = null;
      irp.lastOperation = operation;
    }
  }

  /**
   * @param operation whose completion routine returned; null when unknown
   */
  void routineReturned(TimedEvent timed, OpCompleteExit exit, @Nullable LiveOperation operation) {
    LiveIrp irp = operation == null ? null : operation.irp();
    if (irp != null
        && irp.operation == null
        && exit.status() != NtStatus.MORE_PROCESSING_REQUIRED) {
      irp.passedOn = timed;
    }
  }

  void completeRequest(TimedEvent timed, IrpCompleteRequest complete) {
    LiveIrp irp = lives.living(complete.irp());
    if (irp != null && irp.operation == null) {
      irp.passedOn = timed;
    }
  }

  void end() {
    lives.drain().forEach(irp -> facts.accept(irp.fact(null)));
  }

  private static void step(LiveIrp irp, Step step) {
    if (irp.state != State.FREED) {
      irp.state = next(irp.state, step);
    }
  }

  private LiveIrp use(long address, TimedEvent timed) {
    LiveIrp living = lives.living(address);
    return living != null
        ? living
        : bear(address, timed.event().header().client(), IrpKind.ADOPTED, UNKNOWN, timed);
  }

  private LiveIrp bear(long address, int client, IrpKind kind, State state, TimedEvent timed) {
    var irp = new LiveIrp(lives.nextId(), address, client, kind, state, timed);
    LiveIrp dead = kind == IrpKind.ADOPTED ? lives.dead(address) : null;
    irp.freedBefore = dead == null ? null : dead.free;
    lives.bear(address, irp);
    if (kind == IrpKind.IO_INITIALIZE_IRP) {
      embedded.put(address, irp);
    }
    return irp;
  }

  private void retire(long address, TimedEvent by) {
    LiveIrp irp = lives.living(address);
    if (irp != null) {
      facts.accept(irp.fact(Moment.of(by)));
      embedded.remove(address);
      lives.bury(address, irp);
    }
  }
}
