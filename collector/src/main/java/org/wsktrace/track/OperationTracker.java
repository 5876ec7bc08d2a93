package org.wsktrace.track;

import it.unimi.dsi.fastutil.longs.Long2ObjectLinkedOpenHashMap;
import java.util.Collection;
import java.util.Collections;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.wsktrace.event.EventHeader;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.Verb;
import org.wsktrace.event.WskEvent.CallEnter;
import org.wsktrace.event.WskEvent.OpComplete;
import org.wsktrace.event.WskEvent.OpExit;
import org.wsktrace.track.fact.FactSink;
import org.wsktrace.track.fact.Loss;

/**
 * The operations: enter, return and completion are joined by the operation's id and come in any
 * order but enter first.
 *
 * <pre>
 *   enter -> in call -> return(STATUS_PENDING) -> pending -> completion -> done
 *                    -> completion -> return(any)                       -> done
 *                    -> return(other) -> unsettled -> completion        -> done
 * </pre>
 *
 * <p>An operation whose completion can't be seen is done when it returns. Done is final. Bounded:
 * when too many are not done the eldest is given up, and that is a loss.
 */
public final class OperationTracker {
  private static final int MAX_LIVING = 1 << 18;
  private static final int MAX_DONE = 1 << 16;

  private final Long2ObjectLinkedOpenHashMap<LiveOperation> living =
      new Long2ObjectLinkedOpenHashMap<>();

  /**
   * The last that were done and their completions, null where none was seen: a damaged trace may
   * name them again, and so does an IRP that completes twice.
   */
  private final Long2ObjectLinkedOpenHashMap<@Nullable TimedEvent> done =
      new Long2ObjectLinkedOpenHashMap<>();

  private final Memo.Numbers<LiveOperation> memos = new Memo.Numbers<>();
  private final FactSink facts;

  OperationTracker(FactSink facts) {
    this.facts = facts;
  }

  /**
   * An operation of which the return or the completion is still to come; null when there is none of
   * that id.
   */
  public @Nullable LiveOperation living(long opId) {
    return living.get(opId);
  }

  /** True for one of the last operations that are done. */
  public boolean isDone(long opId) {
    return done.containsKey(opId);
  }

  /** All of them, in the order of their enters. */
  public Collection<LiveOperation> living() {
    return Collections.unmodifiableCollection(living.values());
  }

  /** How one of the last operations that are done completed; null when unknown. */
  public @Nullable TimedEvent completionOf(long opId) {
    return done.get(opId);
  }

  /** Something to remember of each operation until it is done. */
  public <T> Memo<LiveOperation, T> memo(Supplier<T> fresh) {
    return memos.memo(fresh);
  }

  LiveOperation enter(
      TimedEvent timed, CallEnter call, @Nullable LiveSocket socket, @Nullable LiveIrp irp) {
    EventHeader header = call.header();
    var operation =
        new LiveOperation(header.opId(), header.client(), call.verb(), timed, socket, irp);
    living.put(header.opId(), operation);
    if (socket != null) {
      socket.operations().add(operation);
    }
    return operation;
  }

  /** Null when the operation is done already. */
  @Nullable LiveOperation exit(TimedEvent timed, OpExit exit) {
    LiveOperation operation = find(exit.header(), exit.verb());
    if (operation != null && operation.exit == null) {
      operation.exit = timed;
    }
    return operation;
  }

  /** Null when the operation is done or completed already. */
  @Nullable LiveOperation complete(TimedEvent timed, OpComplete complete) {
    LiveOperation operation = find(complete.header(), complete.verb());
    if (operation == null || operation.completion != null) {
      return null;
    }
    operation.completion = timed;
    return operation;
  }

  void settle(LiveOperation operation) {
    if (operation.exit != null && !operation.inFlight()) {
      finish(operation);
    }
  }

  /** The eldest operation when there are too many. */
  @Nullable LiveOperation surplus() {
    return living.size() > MAX_LIVING ? living.get(living.firstLongKey()) : null;
  }

  void giveUp(LiveOperation operation) {
    finish(operation);
    if (!operation.unsettled() && !operation.abandoned()) {
      long seq = operation.enter() == null ? 1 : operation.enter().seq();
      facts.accept(new Loss(seq, seq, 1, Loss.Reason.TOO_MANY_OPERATIONS));
    }
  }

  void end() {
    living.values().forEach(operation -> facts.accept(operation.fact()));
    living.clear();
  }

  private @Nullable LiveOperation find(EventHeader header, Verb verb) {
    LiveOperation known = living.get(header.opId());
    if (known != null || header.opId() == 0 || done.containsKey(header.opId())) {
      return known;
    }
    var adopted = new LiveOperation(header.opId(), header.client(), verb, null, null, null);
    living.put(header.opId(), adopted);
    return adopted;
  }

  private void finish(LiveOperation operation) {
    living.remove(operation.opId());
    OperationQueue.remove(operation);
    facts.accept(operation.fact());
    done.put(operation.opId(), operation.completion());
    if (done.size() > MAX_DONE) {
      done.removeFirst();
    }
  }
}
