package org.wsktrace.rule.argument;

import org.wsktrace.event.Verb;
import org.wsktrace.event.WskEvent.RecvEnter;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;

/** WskReceive that is to throw everything away, and has a buffer for it. */
public final class DrainIntoBuffer {
  public static final Rule RULE =
      Rule.declare("WSK-ARG-003", "WSK_FLAG_DRAIN with a length")
          .warning(Effect.SEMANTICS)
          .proved()
          .title("WskReceive with WSK_FLAG_DRAIN was given a buffer of {length}; it must be of 0")
          .why(
              "A draining receive throws away all data until the connection ends, so no byte ever reaches the buffer; WSK demands a"
                  + " length of 0 and may fail the call. A driver that reads the buffer reads what was in it before.")
          .fix("Pass a WSK_BUF with a Length of 0, or leave the flag out to have the data.")
          .source("windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_receive")
          .judgedBy(DrainIntoBuffer::new);

  private final Trial trial;

  private DrainIntoBuffer(Trial trial) {
    this.trial = trial;
    trial.on(RecvEnter.class, this::entered);
  }

  private void entered(RecvEnter call) {
    if ((call.flags() & ReceiveFlags.DRAIN) != 0
        && call.verb() == Verb.WSK_RECEIVE
        && call.length() != 0) {
      trial.charge(Charge.of(trial.event(), "receive").bytes("length", call.length()));
    }
  }
}
