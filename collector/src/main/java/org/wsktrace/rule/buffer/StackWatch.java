package org.wsktrace.rule.buffer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.wsktrace.event.WskEvent;
import org.wsktrace.event.WskEvent.CallEnter;
import org.wsktrace.event.WskEvent.OpComplete;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveOperation;

/**
 * Memory on kernel stacks that operations in flight need, and the proof that it is gone: the thread
 * makes a call from further up the stack, so the frame that the memory lay in has returned. A
 * thread that waits in that frame makes none. Calls on another stack of the thread (a DPC, an
 * expanded stack) prove nothing. Bounded: what there is no room for is not watched.
 */
final class StackWatch {
  private static final int MAX_WATCHED = 1 << 14;

  /**
   * What is watched.
   *
   * @param opId of the operation that needs it
   * @param what in words: the data, MDL 0xd0
   * @param address its first byte
   * @param low the limits of the stack
   */
  record Watched(long opId, String what, long address, long low, long high) {}

  /** Hears that a frame is gone. */
  interface Ear {
    void gone(Watched watched, LiveOperation operation);
  }

  private final Trial trial;
  private final Ear ear;
  private final Map<Long, List<Watched>> byThread = new HashMap<>();
  private int size;

  StackWatch(Trial trial, Ear ear) {
    this.trial = trial;
    this.ear = ear;
    trial.on(WskEvent.class, this::happened);
  }

  static boolean isOnStack(CallEnter call, long address) {
    return Long.compareUnsigned(address, call.stackLow()) >= 0
        && Long.compareUnsigned(address, call.stackHigh()) < 0;
  }

  /** Begins with the call under way, whose IRP tells its completion. */
  void watch(CallEnter call, String what, long address) {
    long opId = call.header().opId();
    if (size < MAX_WATCHED && opId != 0 && call.irpSnap().completion() != 0) {
      byThread
          .computeIfAbsent(call.header().tid(), _ -> new ArrayList<>(1))
          .add(new Watched(opId, what, address, call.stackLow(), call.stackHigh()));
      size++;
    }
  }

  private void happened(WskEvent event) {
    if (size == 0) {
      return;
    }
    long sp = event.header().stackPointer();
    List<Watched> watched = byThread.get(event.header().tid());
    if (watched != null && sp != 0) {
      climb(event, watched, sp);
    }
    if (event instanceof OpComplete) {
      complete(event.header().opId());
    }
  }

  private void climb(WskEvent event, List<Watched> watched, long sp) {
    Iterator<Watched> each = watched.iterator();
    while (each.hasNext()) {
      Watched one = each.next();
      boolean gone =
          Long.compareUnsigned(sp, one.address) > 0
              && Long.compareUnsigned(sp, one.low) >= 0
              && Long.compareUnsigned(sp, one.high) < 0;
      if (gone && event.header().opId() != one.opId) {
        each.remove();
        size--;
        LiveOperation operation = trial.tracks().operations().living(one.opId);
        if (operation != null && operation.inFlight()) {
          ear.gone(one, operation);
        }
      }
    }
    if (watched.isEmpty()) {
      byThread.remove(event.header().tid());
    }
  }

  private void complete(long opId) {
    LiveOperation operation = trial.operation();
    if (operation == null || operation.enter() == null) {
      return;
    }
    long tid = operation.enter().event().header().tid();
    List<Watched> watched = byThread.get(tid);
    if (watched != null) {
      int before = watched.size();
      watched.removeIf(one -> one.opId == opId);
      size -= before - watched.size();
      if (watched.isEmpty()) {
        byThread.remove(tid);
      }
    }
  }
}
