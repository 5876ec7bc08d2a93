package org.wsktrace.rule.buffer;

import java.util.Set;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent.MdlFree;
import org.wsktrace.event.WskEvent.PoolFree;
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
import org.wsktrace.track.memory.BusyMemory.Use;

/**
 * An MDL is freed while an operation that was given it is in flight. Frees are logged before the
 * real call and completions before the client's routine runs: a free with the lower number came
 * before the client could know of the completion. An MDL inside another structure is freed with its
 * pool block.
 */
public final class MdlFreedInFlight implements Rule {
  private static final RuleInfo INFO =
      new RuleInfo(
          "WSK-BUF-001",
          "MDL freed before completion",
          "buffer",
          Severity.ERROR,
          Effect.BUGCHECK,
          Confidence.PROVED,
          Set.of(Need.CALLS, Need.MDL_CALLS),
          "WSK does not buffer: the transport reads and writes through this MDL chain until the IRP completes, and the memory of"
              + " a freed MDL soon describes other pages. That ends in corrupted data or a bugcheck that blames the network stack.",
          "Free the MDL in the completion routine, or after a wait for it; never after the call because it returned"
              + " STATUS_PENDING or an error: the routine runs in both cases.",
          "Run once more with Driver Verifier's special pool on the driver: it stops the machine at the first touch of the freed"
              + " MDL.",
          "https://learn.microsoft.com/windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_send");

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void judge(TimedEvent timed, Trial trial) {
    switch (timed.event()) {
      case MdlFree free -> {
        LiveMdl mdl = trial.tracks().mdls().living(free.mdl());
        if (mdl != null) {
          mdl.holders().forEach(operation -> charge(timed, mdl.address(), operation, trial));
        }
      }
      case PoolFree free ->
          trial
              .tracks()
              .needed(free, Use.MDL)
              .forEach(range -> charge(timed, range.start(), range.operation(), trial));
      default -> {}
    }
  }

  private static void charge(TimedEvent free, long mdl, LiveOperation operation, Trial trial) {
    String title = "MDL 0x%x was freed while %s was in flight".formatted(mdl, operation.describe());
    trial.charge(Charge.of(free, "free", title, trial.tracks()).against(operation, trial.tracks()));
  }
}
