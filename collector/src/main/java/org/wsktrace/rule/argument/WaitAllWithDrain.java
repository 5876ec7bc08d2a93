package org.wsktrace.rule.argument;

import org.wsktrace.event.Verb;
import org.wsktrace.event.WskEvent.RecvEnter;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;

/** WskReceive that is to fill its buffer and to throw everything away. */
public final class WaitAllWithDrain {
  public static final Rule RULE =
      Rule.declare("WSK-ARG-002", "WSK_FLAG_WAITALL with WSK_FLAG_DRAIN")
          .warning(Effect.SEMANTICS)
          .proved()
          .title(
              "WskReceive on socket {socket} has WSK_FLAG_WAITALL and WSK_FLAG_DRAIN, of which one"
                  + " rules out the other")
          .why(
              "WSK_FLAG_WAITALL completes the receive when the buffer is full, WSK_FLAG_DRAIN when the connection ends, with all"
                  + " that arrives thrown away. WSK refuses to do both.")
          .fix(
              "Pass WSK_FLAG_WAITALL to read so many bytes, or WSK_FLAG_DRAIN with a length of 0 to throw away what still comes.")
          .source("windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_receive")
          .judgedBy(WaitAllWithDrain::new);

  private final Trial trial;

  private WaitAllWithDrain(Trial trial) {
    this.trial = trial;
    trial.on(RecvEnter.class, this::entered);
  }

  private void entered(RecvEnter call) {
    long both = ReceiveFlags.WAITALL | ReceiveFlags.DRAIN;
    if ((call.flags() & both) == both && call.verb() == Verb.WSK_RECEIVE) {
      trial.charge(Charge.of(trial.event(), "receive").address("socket", call.socket()));
    }
  }
}
