package org.wsktrace.rule.argument;

import org.wsktrace.event.Verb;
import org.wsktrace.event.WskEvent.SendEnter;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;

/** An abortive WskDisconnect that is to send something first. Without a buffer it is an OpEnter. */
public final class AbortWithData {
  /** WSK_FLAG_ABORTIVE (wsk.h). */
  private static final long ABORTIVE = 0x1;

  public static final Rule RULE =
      Rule.declare("WSK-ARG-004", "Abortive disconnect with data")
          .warning(Effect.SEMANTICS)
          .proved()
          .title("WskDisconnect with WSK_FLAG_ABORTIVE was given a buffer of {length} to send")
          .why(
              "An abortive disconnect drops the connection at once and sends nothing more, so the data would be lost: Buffer must be"
                  + " NULL with this flag, and WSK may fail the call, which leaves the connection open.")
          .fix(
              "Leave the flag out to send the data and disconnect gracefully, or pass NULL for Buffer.")
          .source("windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_disconnect")
          .judgedBy(AbortWithData::new);

  private final Trial trial;

  private AbortWithData(Trial trial) {
    this.trial = trial;
    trial.on(SendEnter.class, this::entered);
  }

  private void entered(SendEnter call) {
    if (call.verb() == Verb.WSK_DISCONNECT
        && (call.flags() & ABORTIVE) != 0
        && call.wskBuf() != 0) {
      trial.charge(Charge.of(trial.event(), "disconnect").bytes("length", call.length()));
    }
  }
}
