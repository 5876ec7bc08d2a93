package org.wsktrace.rule.buffer;

import java.util.Set;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent.MdlAdvance;
import org.wsktrace.event.WskEvent.MdlUnlock;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Confidence;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Need;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.RuleInfo;
import org.wsktrace.rule.Severity;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveMdl;
import org.wsktrace.track.LiveOperation;
import org.wsktrace.track.LiveOperation.Part;

/**
 * Pages are unlocked while an operation that was given their MDL is in flight. Only the same MDL
 * counts: the memory manager counts the locks of each MDL apart. MmAdvanceMdl unlocks the pages
 * that it passes.
 */
public final class PagesUnlockedInFlight implements Rule {
  private static final long PAGE_SIZE = 0x1000;

  private static final RuleInfo INFO =
      new RuleInfo(
          "WSK-BUF-003",
          "Pages unlocked before completion",
          "buffer",
          Severity.ERROR,
          Effect.CORRUPTION,
          Confidence.PROVED,
          Set.of(Need.CALLS, Need.MDL_CALLS),
          "WSK does not buffer: the transport uses the physical pages of this MDL until the IRP completes. Unlocked pages can be"
              + " paged out and given to somebody else, whose memory is then sent or overwritten (bugcheck 0x4E or 0x1A).",
          "Unlock in the completion routine, or after a wait for it.",
          "",
          "https://learn.microsoft.com/windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_send");

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void judge(TimedEvent timed, Trial trial) {
    switch (timed.event()) {
      case MdlUnlock unlock -> {
        LiveMdl mdl = trial.tracks().mdls().living(unlock.mdl());
        if (mdl != null) {
          mdl.holders()
              .forEach(
                  operation -> charge(timed, "unlock", "were unlocked", mdl, operation, trial));
        }
      }
      case MdlAdvance advance -> {
        LiveMdl mdl = trial.tracks().mdls().living(advance.mdl());
        if (mdl != null) {
          mdl.holders().stream()
              .filter(operation -> passesLockedPage(advance, mdl, operation, trial))
              .forEach(
                  operation ->
                      charge(
                          timed, "advance", "were passed by MmAdvanceMdl", mdl, operation, trial));
        }
      }
      default -> {}
    }
  }

  private static boolean passesLockedPage(
      MdlAdvance advance, LiveMdl mdl, LiveOperation operation, Trial trial) {
    return operation.parts().stream()
        .filter(part -> part.mdl() == mdl)
        .map(Part::buffer)
        .anyMatch(
            buffer ->
                trial.tracks().mdls().isLocked(buffer.mdlFlags())
                    && (buffer.va() & (PAGE_SIZE - 1)) + advance.length() >= PAGE_SIZE);
  }

  private static void charge(
      TimedEvent act, String role, String how, LiveMdl mdl, LiveOperation operation, Trial trial) {
    String title =
        "Pages of MDL 0x%x %s while %s was in flight"
            .formatted(mdl.address(), how, operation.describe());
    trial.charge(Charge.of(act, role, title, trial.tracks()).against(operation, trial.tracks()));
  }
}
