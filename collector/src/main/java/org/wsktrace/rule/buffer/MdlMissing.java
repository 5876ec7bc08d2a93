package org.wsktrace.rule.buffer;

import org.wsktrace.event.WskEvent.DataEnter;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;

/** A WSK_BUF has a Length and no MDL. Without bytes it needs none. */
public final class MdlMissing {
  public static final Rule RULE =
      Rule.declare("WSK-BUF-006", "WSK_BUF without an MDL")
          .error(Effect.BUGCHECK)
          .proved()
          .title("{call} of {length} has no MDL")
          .why(
              "The transport follows the null pointer: bugcheck 0xD1 or 0x3B, with the network stack as the suspect.")
          .fix(
              "Check what IoAllocateMdl returned: it is NULL when memory is short. Only a Length of 0 needs no MDL.")
          .source("windows-hardware/drivers/ddi/wsk/ns-wsk-_wsk_buf")
          .judgedBy(MdlMissing::new);

  private final Trial trial;

  private MdlMissing(Trial trial) {
    this.trial = trial;
    trial.on(DataEnter.class, this::entered);
  }

  private void entered(DataEnter data) {
    if (data.mdlHead() == 0
        && data.length() != 0
        && data.wskBuf() != 0
        && data.mdlSnaps().isEmpty()) {
      trial.charge(
          Charge.of(trial.event(), "enter")
              .words("call", data.verb().label())
              .bytes("length", data.length()));
    }
  }
}
