package org.wsktrace.rule.argument;

import org.wsktrace.event.Verb;
import org.wsktrace.event.WskEvent.CallEnter;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;

/**
 * WskSendEx or WskReceiveEx, which are in the dispatch table and not for drivers. As their
 * signatures are not documented, this version of the capture driver leaves WSK's own functions in
 * those two slots and logs no such call; the trace format has them.
 */
public final class ReservedVerbCalled {
  public static final Rule RULE =
      Rule.declare("WSK-ARG-008", "Reserved function called")
          .note(Effect.SEMANTICS)
          .proved()
          .title("{verb} was called, which is reserved for the system")
          .why(
              "The function is not documented: its parameters and its behaviour may change with any build of Windows.")
          .fix("Call WskSend or WskReceive.")
          .source("windows-hardware/drivers/ddi/wsk/ns-wsk-_wsk_provider_connection_dispatch")
          .judgedBy(ReservedVerbCalled::new);

  private final Trial trial;

  private ReservedVerbCalled(Trial trial) {
    this.trial = trial;
    trial.on(CallEnter.class, this::entered);
  }

  private void entered(CallEnter call) {
    if (call.verb() == Verb.WSK_SEND_EX || call.verb() == Verb.WSK_RECEIVE_EX) {
      trial.charge(Charge.of(trial.event(), "call").words("verb", call.verb().label()));
    }
  }
}
