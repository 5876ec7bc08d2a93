package org.wsktrace.rule.buffer;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.wsktrace.event.MdlSnap;
import org.wsktrace.event.Verb;
import org.wsktrace.event.WskEvent.MdlAdvance;
import org.wsktrace.event.WskEvent.MdlBuild;
import org.wsktrace.event.WskEvent.MdlCall;
import org.wsktrace.event.WskEvent.MdlFree;
import org.wsktrace.event.WskEvent.MdlLock;
import org.wsktrace.event.WskEvent.MdlPartial;
import org.wsktrace.event.WskEvent.MdlPrepareReuse;
import org.wsktrace.event.WskEvent.MdlUnlock;
import org.wsktrace.event.WskEvent.OpMdlRecheck;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Need;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveMdl;
import org.wsktrace.track.LiveOperation;
import org.wsktrace.track.LiveOperation.Part;
import org.wsktrace.track.MdlTracker;
import org.wsktrace.track.Memo;
import org.wsktrace.track.fact.Operation;

/**
 * An MDL is set up again while an operation that was given it is in flight: by a call, or by a
 * write that only shows when the capture driver compares the chain at the completion. Mappings are
 * not compared, as the transport may add one. Unlocks and frees have rules of their own. A WSK_BUF
 * that the client keeps and changes is not seen: WSK has copied it.
 */
public final class MdlChangedInFlight {
  public static final Rule RULE =
      Rule.declare("WSK-BUF-007", "MDL changed before completion")
          .error(Effect.CORRUPTION)
          .proved()
          .needs(Need.CALLS, Need.MDL_CALLS)
          .title("MDL {mdl} was {how} while {operation} was in flight")
          .why(
              "The transport reads the chain whenever it needs the bytes: for the first transmission, for a retransmission, for data that"
                  + " arrive later. An MDL that describes something else by then sends or overwrites the wrong memory.")
          .fix(
              "Use one MDL for each operation in flight, and set it up again in the completion routine at the earliest.")
          .source("windows-hardware/drivers/kernel/using-mdls")
          .judgedBy(MdlChangedInFlight::new);

  private final Trial trial;
  private final MdlTracker mdls;

  /** Ids of an operation's MDLs that a call is known to have changed. */
  private final Memo<LiveOperation, Set<Long>> changed;

  private MdlChangedInFlight(Trial trial) {
    this.trial = trial;
    this.mdls = trial.tracks().mdls();
    this.changed = trial.tracks().operations().memo(() -> new HashSet<>(2));
    trial.on(MdlCall.class, this::called);
    trial.on(OpMdlRecheck.class, this::rechecked);
  }

  private void called(MdlCall call) {
    LiveMdl mdl = mdls.living(call.mdl());
    if (mdl == null || mdl.holders().isEmpty() || call instanceof MdlFree) {
      return;
    }
    for (LiveOperation operation : List.copyOf(mdl.holders())) {
      String how = how(call, mdl, operation);
      if (!how.isEmpty()) {
        trial.charge(
            Charge.of(trial.event(), "change")
                .against(operation)
                .address("mdl", mdl.address())
                .words("how", how)
                .operation("operation", operation));
      }
      changed.of(operation).add(mdl.id());
    }
  }

  /** What the call does to the MDL; empty when another rule tells it, or when it does nothing. */
  private String how(MdlCall call, LiveMdl mdl, LiveOperation operation) {
    return switch (call) {
      case MdlBuild build ->
          build.va() == mdl.va() && build.length() == mdl.byteCount()
              ? ""
              : "given to MmBuildMdlForNonPagedPool";
      case MdlPartial _ -> "given to IoBuildPartialMdl as its target";
      case MdlPrepareReuse _ -> "prepared for reuse";
      case MdlLock lock -> lock.status() < 0 ? "" : "locked anew";
      case MdlAdvance advance ->
          PagesUnlockedInFlight.unlocks(mdls, advance, mdl, operation)
              ? ""
              : "advanced by %d bytes".formatted(advance.length());
      case MdlUnlock _, MdlFree _ -> "";
    };
  }

  private void rechecked(OpMdlRecheck recheck) {
    LiveOperation operation = trial.operation();
    int index = recheck.firstChangedIndex();
    if (operation == null || index >= operation.parts().size()) {
      return;
    }
    Part part = operation.parts().get(index);
    Set<Long> known = changed.known(operation);
    MdlSnap now = recheck.mdlSnap();
    if (now.ptr() != part.buffer().mdl() || (known != null && known.contains(part.mdl().id()))) {
      return;
    }
    String what = difference(part.buffer(), now);
    Charge charge =
        Charge.of(trial.event(), "recheck")
            .showing(operation)
            .saying("MDL {mdl} changed while {operation} was in flight: it {what}")
            .address("mdl", now.ptr())
            .operation("operation", operation)
            .words("what", what.isEmpty() ? "is linked to another MDL" : what);
    boolean lastLink =
        what.isEmpty()
            && (index == operation.parts().size() - 1
                || operation.verb() == Verb.WSK_SEND_MESSAGES);
    trial.charge(
        (operation.enter() == null ? charge : charge.blaming(operation.enter()))
            .doubted(
                lastLink
                    ? "the link of the last MDL that the data need has changed, and WSK may never follow that"
                    : ""));
  }

  /** Empty when it is only its link. */
  private String difference(Operation.Buffer was, MdlSnap now) {
    long va = now.startVa() + now.byteOffset();
    if (va != was.va()) {
      return "describes memory at 0x%x instead of 0x%x".formatted(va, was.va());
    }
    if (now.byteCount() != was.byteCount()) {
      return "describes %d bytes instead of %d".formatted(now.byteCount(), was.byteCount());
    }
    return mdls.isLocked(was.mdlFlags()) && !mdls.isLocked(now.mdlFlags())
        ? "has its pages unlocked"
        : "";
  }
}
