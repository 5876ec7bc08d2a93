package org.wsktrace.rule.buffer;

import org.wsktrace.event.WskEvent.MdlAdvance;
import org.wsktrace.event.WskEvent.MdlUnlock;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Need;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveMdl;
import org.wsktrace.track.LiveOperation;
import org.wsktrace.track.LiveOperation.Part;
import org.wsktrace.track.MdlTracker;

/**
 * Pages are unlocked while an operation that was given their MDL is in flight. Only the same MDL
 * counts, as the memory manager counts the locks of each MDL apart, and the source of a partial
 * one. MmAdvanceMdl unlocks the pages that it passes.
 */
public final class PagesUnlockedInFlight {
  public static final Rule RULE =
      Rule.declare("WSK-BUF-003", "Pages unlocked before completion")
          .error(Effect.CORRUPTION)
          .proved()
          .needs(Need.CALLS, Need.MDL_CALLS)
          .title("Pages of MDL {mdl} were {how} while {operation} was in flight")
          .why(
              "WSK does not buffer: the transport uses the physical pages of this MDL until the IRP completes. Unlocked pages can be"
                  + " paged out and given to somebody else, whose memory is then sent or overwritten (bugcheck 0x4E or 0x1A).")
          .fix("Unlock in the completion routine, or after a wait for it.")
          .source("windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_send")
          .judgedBy(PagesUnlockedInFlight::new);

  private static final long PAGE_SIZE = 0x1000;

  private final Trial trial;

  private PagesUnlockedInFlight(Trial trial) {
    this.trial = trial;
    trial.on(MdlUnlock.class, this::unlocked);
    trial.on(MdlAdvance.class, this::advanced);
  }

  private void unlocked(MdlUnlock unlock) {
    LiveMdl mdl = trial.tracks().mdls().living(unlock.mdl());
    if (mdl != null) {
      mdl.holders().forEach(operation -> charge("unlock", "unlocked", mdl, operation));
      mdl.parts().forEach(part -> unlocked(part, mdl));
    }
  }

  /** A partial MDL has no lock of its own. */
  private void unlocked(LiveMdl part, LiveMdl source) {
    part.holders()
        .forEach(
            operation ->
                charge(
                    "unlock",
                    "unlocked by their source, MDL 0x%x,".formatted(source.address()),
                    part,
                    operation));
  }

  private void advanced(MdlAdvance advance) {
    LiveMdl mdl = trial.tracks().mdls().living(advance.mdl());
    if (mdl != null) {
      mdl.holders().stream()
          .filter(operation -> unlocks(trial.tracks().mdls(), advance, mdl, operation))
          .forEach(operation -> charge("advance", "passed by MmAdvanceMdl", mdl, operation));
    }
  }

  /** It passes a whole page of those that the operation was given locked. */
  static boolean unlocks(
      MdlTracker mdls, MdlAdvance advance, LiveMdl mdl, LiveOperation operation) {
    for (Part part : operation.parts()) {
      if (part.mdl() == mdl
          && mdls.isLocked(part.buffer().mdlFlags())
          && (part.buffer().va() & (PAGE_SIZE - 1)) + advance.length() >= PAGE_SIZE) {
        return true;
      }
    }
    return false;
  }

  private void charge(String role, String how, LiveMdl mdl, LiveOperation operation) {
    trial.charge(
        Charge.of(trial.event(), role)
            .against(operation)
            .address("mdl", mdl.address())
            .words("how", how)
            .operation("operation", operation));
  }
}
