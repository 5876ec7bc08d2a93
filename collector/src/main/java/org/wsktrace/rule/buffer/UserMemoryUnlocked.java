package org.wsktrace.rule.buffer;

import org.wsktrace.event.MdlSnap;
import org.wsktrace.event.WskEvent.DataEnter;
import org.wsktrace.event.WskEvent.OpMdlMore;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.MdlTracker;

/**
 * A call is given the memory of a program that is not locked, or that its MDL passes off as
 * nonpaged pool. Locked memory of a program is legal: WSK takes the pages, not the address.
 */
public final class UserMemoryUnlocked {
  public static final Rule RULE =
      Rule.declare("WSK-BUF-019", "A program's memory, not locked")
          .error(Effect.BUGCHECK)
          .proved()
          .title("{call} was given MDL {mdl} of a program's memory at {va}, {what}")
          .why(
              "An address of a program means something in that program alone, and the program may free it at any time. WSK works in any"
                  + " process: it would send or overwrite memory of whichever is there. Other programs' data get on the wire.")
          .fix(
              "Lock the memory by MmProbeAndLockPages with UserMode, in the program's own context and in a try block; use its pages"
                  + " through MmGetSystemAddressForMdlSafe only.")
          .source("windows-hardware/drivers/kernel/using-mdls")
          .judgedBy(UserMemoryUnlocked::new);

  private final Trial trial;
  private final MdlTracker mdls;

  private UserMemoryUnlocked(Trial trial) {
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
    boolean ofProgram = mdls.isUserAddress(snap.startVa(), snap.ptr());
    if (!ofProgram && snap.process() == 0) {
      return;
    }
    int flags = snap.mdlFlags();
    if (mdls.isNonPagedPool(flags)) {
      charge(call, snap, "built as if it were nonpaged pool");
    } else if (ofProgram && !mdls.isLocked(flags) && !mdls.isPartial(flags)) {
      charge(call, snap, "and its pages are not locked");
    }
  }

  private void charge(String call, MdlSnap snap, String what) {
    trial.charge(
        Charge.of(trial.event(), "enter")
            .words("call", call)
            .address("mdl", snap.ptr())
            .address("va", snap.startVa() + snap.byteOffset())
            .words("what", what));
  }
}
