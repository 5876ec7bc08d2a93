package org.wsktrace.rule.argument;

import org.wsktrace.event.Verb;
import org.wsktrace.event.WskEvent.OpEnter;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;

/** A control call that names two places for the size of its output. */
public final class OutputSizeWithIrp {
  public static final Rule RULE =
      Rule.declare("WSK-ARG-009", "OutputSizeReturned with an IRP")
          .note(Effect.SEMANTICS)
          .proved()
          .title("{verb} was given an IRP, and a place for OutputSizeReturned at {place} too")
          .why(
              "With an IRP the size of the output comes in its IoStatus.Information; OutputSizeReturned is ignored. A driver that"
                  + " reads it reads what was there before.")
          .fix("Pass NULL for OutputSizeReturned and read IoStatus.Information.")
          .source("windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_control_socket")
          .judgedBy(OutputSizeWithIrp::new);

  private final Trial trial;

  private OutputSizeWithIrp(Trial trial) {
    this.trial = trial;
    trial.on(OpEnter.class, this::entered);
  }

  private void entered(OpEnter call) {
    if (call.outputSizeReturned() != 0
        && call.irpSnap().ptr() != 0
        && (call.verb() == Verb.WSK_CONTROL_SOCKET || call.verb() == Verb.WSK_CONTROL_CLIENT)) {
      trial.charge(
          Charge.of(trial.event(), "control")
              .words("verb", call.verb().label())
              .address("place", call.outputSizeReturned()));
    }
  }
}
