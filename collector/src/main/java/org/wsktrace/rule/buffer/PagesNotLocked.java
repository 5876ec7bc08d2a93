package org.wsktrace.rule.buffer;

import org.jspecify.annotations.Nullable;
import org.wsktrace.event.MdlSnap;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent.DataEnter;
import org.wsktrace.event.WskEvent.OpMdlMore;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveMdl;
import org.wsktrace.track.MdlTracker;
import org.wsktrace.track.fact.MdlLife.State;

/**
 * A call is given an MDL whose flags say that nothing holds its pages in memory; or that they are
 * nonpaged pool, and they lie in a block of paged pool; or a partial MDL whose source is not locked
 * (any more). The flags alone tell, whoever made the MDL. Memory of a device and MDLs of the
 * network stack have flags of their own. What is a program's memory is the business of {@link
 * UserMemoryUnlocked}.
 */
public final class PagesNotLocked {
  public static final Rule RULE =
      Rule.declare("WSK-BUF-004", "MDL of pages that are not locked")
          .error(Effect.BUGCHECK)
          .proved()
          .title("{call} was given MDL {mdl}, {what}")
          .why(
              "WSK takes the pages as they are. Pages that are not locked can leave memory at any time: the transport then reads or"
                  + " writes what somebody else keeps there, or faults at DISPATCH_LEVEL (bugcheck 0xD1, 0x50 or 0xA).")
          .fix(
              "Call MmBuildMdlForNonPagedPool for nonpaged pool, MmProbeAndLockPages for all other memory, before the call.")
          .source("windows-hardware/drivers/ddi/wsk/ns-wsk-_wsk_buf")
          .judgedBy(PagesNotLocked::new);

  /** MDL_IO_SPACE and MDL_NETWORK_HEADER of wdm.h. */
  private static final int OTHERWISE_RESIDENT = 0x800 | 0x1000;

  private final Trial trial;
  private final MdlTracker mdls;

  private PagesNotLocked(Trial trial) {
    this.trial = trial;
    this.mdls = trial.tracks().mdls();
    trial.on(DataEnter.class, this::entered);
    trial.on(OpMdlMore.class, this::more);
  }

  private void entered(DataEnter data) {
    for (MdlSnap snap : data.mdlSnaps()) {
      judge(data.verb().label(), snap);
    }
  }

  private void more(OpMdlMore more) {
    var operation = trial.operation();
    for (MdlSnap snap : more.mdlSnaps()) {
      judge(operation == null ? "A call" : operation.verb().label(), snap);
    }
  }

  private void judge(String call, MdlSnap snap) {
    int flags = snap.mdlFlags();
    if (mdls.isLocked(flags) || snap.ptr() == 0) {
      return;
    }
    if (mdls.isNonPagedPool(flags)) {
      TimedEvent alloc = trial.tracks().pool().pagedHolding(snap.startVa() + snap.byteOffset());
      if (alloc != null) {
        charge(call, snap, "built for nonpaged pool, which lies in paged pool", alloc, "alloc");
      }
    } else if (mdls.isPartial(flags)) {
      partial(call, snap);
    } else if ((flags & OTHERWISE_RESIDENT) == 0
        && !mdls.isUserAddress(snap.startVa(), snap.ptr())) {
      LiveMdl mdl = mdls.living(snap.ptr());
      if (mdl != null && mdl.state() != State.RAW) {
        // Its build or its lock was seen. Wine's leave the flags as they were.
        return;
      }
      TimedEvent unlock = mdl == null ? null : mdl.unlock();
      charge(
          call,
          snap,
          unlock == null ? "whose pages were never locked" : "whose pages were unlocked before",
          unlock,
          "unlock");
    }
  }

  private void partial(String call, MdlSnap snap) {
    LiveMdl mdl = mdls.living(snap.ptr());
    LiveMdl source = mdl == null ? null : mdl.source();
    if (mdl == null || source == null || source.state() != State.RAW || !source.owned()) {
      return;
    }
    trial.charge(
        charge(call, snap, "a part of an MDL whose pages are not locked")
            .with(source.first(), "birth")
            .with(source.unlock(), "unlock")
            .with(mdl.description(), "partial"));
  }

  private void charge(
      String call, MdlSnap snap, String what, @Nullable TimedEvent cause, String role) {
    trial.charge(charge(call, snap, what).with(cause, role));
  }

  private Charge charge(String call, MdlSnap snap, String what) {
    return Charge.of(trial.event(), "enter")
        // Where its build was lost and the flags were left as they were, it only seems so.
        .since(0)
        .words("call", call)
        .address("mdl", snap.ptr())
        .words("what", what);
  }
}
