package org.wsktrace.rule.receive;

import org.jspecify.annotations.Nullable;
import org.wsktrace.event.Verb;
import org.wsktrace.event.WskEvent.CallbackEnter;
import org.wsktrace.event.WskEvent.OpEnter;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.receive.Inspection;

/**
 * WskInspectComplete is given the very WSK_INSPECT_ID that a WskInspectEvent got, after that has
 * returned. On the stack of the calling thread it is a copy that happens to lie there. The same may
 * be done with the addresses that callbacks get; their pointers are not recorded.
 */
public final class InspectIdNotCopied {
  public static final Rule RULE =
      Rule.declare("WSK-RCV-012", "Inspection id kept instead of copied")
          .error(Effect.CORRUPTION)
          .strong()
          .title(
              "WskInspectComplete was given the WSK_INSPECT_ID at {id}, which was WskInspectEvent's and is gone since it returned")
          .why(
              "What a callback is given is valid until it returns. Then the structure holds something else: the wrong request is"
                  + " completed, or none, and the peer waits.")
          .fix(
              "Copy the contents of the WSK_INSPECT_ID, Key and SerialNumber, before the callback returns, and pass the copy.")
          .source("windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_inspect_event")
          .judgedBy(InspectIdNotCopied::new);

  private final Trial trial;

  private InspectIdNotCopied(Trial trial) {
    this.trial = trial;
    trial.on(OpEnter.class, this::entered);
  }

  private void entered(OpEnter call) {
    if (call.verb() != Verb.WSK_INSPECT_COMPLETE || call.inspectId() == 0 || isOnStack(call)) {
      return;
    }
    Inspection inspection = indicatedThere(call);
    if (inspection != null && inspection.exit() != null) {
      trial.charge(
          Charge.of(trial.event(), "complete")
              .with(inspection.enter(), "inspect")
              .with(inspection.exit(), "return")
              .address("id", call.inspectId()));
    }
  }

  private static boolean isOnStack(OpEnter call) {
    return Long.compareUnsigned(call.inspectId(), call.stackLow()) >= 0
        && Long.compareUnsigned(call.inspectId(), call.stackHigh()) < 0;
  }

  /** The request whose WskInspectEvent got the same pointer. */
  private @Nullable Inspection indicatedThere(OpEnter call) {
    Inspection named =
        trial.tracks().inspections().of(call.socket(), call.inspectKey(), call.inspectSerial());
    if (named != null) {
      return isAt(named, call.inspectId()) ? named : null;
    }
    // The id is none that WSK ever gave: its memory may hold something else by now.
    for (Inspection open : trial.tracks().inspections().open(call.socket())) {
      if (isAt(open, call.inspectId())) {
        return open;
      }
    }
    return null;
  }

  private static boolean isAt(Inspection inspection, long pointer) {
    return inspection.enter().event() instanceof CallbackEnter enter
        && enter.inspectId() == pointer;
  }
}
