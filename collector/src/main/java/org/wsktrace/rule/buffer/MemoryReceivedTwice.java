package org.wsktrace.rule.buffer;

import org.wsktrace.event.MdlSnap;
import org.wsktrace.event.Verb;
import org.wsktrace.event.WskEvent.DataEnter;
import org.wsktrace.event.WskEvent.OpComplete;
import org.wsktrace.event.WskEvent.RecvEnter;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.BufferWalk;
import org.wsktrace.track.LiveOperation;
import org.wsktrace.track.LiveOperation.Part;
import org.wsktrace.track.memory.BusyMemory.Range;

/**
 * Two operations in flight have bytes in common, and one of them is a receive. What counts is what
 * the WSK_BUFs take of their MDLs: two receives into the halves of one MDL are legal, and so is
 * sending the same bytes twice. Of a chain with more than 16 MDLs the newer operation is judged by
 * its first 16. The same pages at different addresses are not seen.
 */
public final class MemoryReceivedTwice {
  public static final Rule RULE =
      Rule.declare("WSK-BUF-008", "Memory of a pending receive given to another call")
          .error(Effect.CORRUPTION)
          .strong()
          .title("{call} was given {overlap} at {start} that {operation} in flight {how}")
          .why(
              "A pending receive may write its buffer at any moment until its IRP completes. Two that share memory overwrite each other's"
                  + " data, and a send from there sends whatever has arrived so far.")
          .fix("Give each operation in flight a buffer of its own.")
          .source("windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_receive")
          .judgedBy(MemoryReceivedTwice::new);

  private final Trial trial;
  private final ReceivePages pages = new ReceivePages();
  private final BufferWalk walk = new BufferWalk();

  private MemoryReceivedTwice(Trial trial) {
    this.trial = trial;
    trial.on(DataEnter.class, this::entered);
    trial.on(OpComplete.class, this::completed);
  }

  private void entered(DataEnter data) {
    boolean receive = data instanceof RecvEnter;
    walk.begin(data);
    for (MdlSnap snap : data.mdlSnaps()) {
      walk.take(snap.startVa() + snap.byteOffset(), snap.byteCount());
      if (walk.size() != 0 && (receive || pages.mayHold(walk.start(), walk.size()))) {
        judge(data, snap, receive);
      }
      if (receive && data.irpSnap().completion() != 0) {
        pages.add(walk.start(), walk.size());
      }
    }
  }

  private void completed(OpComplete complete) {
    LiveOperation operation = trial.operation();
    if (operation != null
        && operation.completion() == null
        && (complete.verb() == Verb.WSK_RECEIVE || complete.verb() == Verb.WSK_RECEIVE_FROM)
        && operation.enter() != null
        && operation.enter().event() instanceof RecvEnter enter
        && operation.observable()) {
      // Just what was added: the MDLs of the enter.
      int counted = Math.min(enter.mdlSnaps().size(), operation.parts().size());
      for (Part part : operation.parts().subList(0, counted)) {
        pages.remove(part.start(), part.size());
      }
    }
  }

  private void judge(DataEnter data, MdlSnap snap, boolean receive) {
    for (Range<LiveOperation> range : trial.tracks().dataIn(walk.start(), walk.size())) {
      LiveOperation other = range.operation();
      boolean inAnotherProgram =
          trial.tracks().mdls().isUserAddress(walk.start(), snap.ptr())
              && processOf(other) != data.header().pid();
      if ((receive || isReceive(other.verb())) && other != trial.operation() && !inAnotherProgram) {
        overlap(data, other);
      }
    }
  }

  /** The first bytes that both have. */
  private void overlap(DataEnter data, LiveOperation other) {
    for (Part part : other.parts()) {
      long from = max(part.start(), walk.start());
      long end = min(part.start() + part.size(), walk.start() + walk.size());
      if (part.size() != 0 && Long.compareUnsigned(from, end) < 0) {
        trial.charge(
            Charge.of(trial.event(), "enter")
                .against(other)
                .words("call", data.verb().label())
                .bytes("overlap", end - from)
                .address("start", from)
                .operation("operation", other)
                .words("how", isReceive(other.verb()) ? "is to fill" : "is to send"));
        return;
      }
    }
  }

  private static boolean isReceive(Verb verb) {
    return verb == Verb.WSK_RECEIVE || verb == Verb.WSK_RECEIVE_FROM;
  }

  /** 0 when unknown. */
  private static long processOf(LiveOperation operation) {
    return operation.enter() == null ? 0 : operation.enter().event().header().pid();
  }

  private static long max(long one, long other) {
    return Long.compareUnsigned(one, other) > 0 ? one : other;
  }

  private static long min(long one, long other) {
    return Long.compareUnsigned(one, other) < 0 ? one : other;
  }
}
