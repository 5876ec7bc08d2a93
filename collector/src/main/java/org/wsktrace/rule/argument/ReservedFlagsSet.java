package org.wsktrace.rule.argument;

import org.wsktrace.event.WskEvent.CallEnter;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;

/**
 * Flags of a function that has none. WskSend, WskReceive and WskDisconnect have some, WskSocket and
 * WskGetNameInfo too.
 */
public final class ReservedFlagsSet {
  public static final Rule RULE =
      Rule.declare("WSK-ARG-001", "Reserved flags set")
          .warning(Effect.SEMANTICS)
          .proved()
          .title("{verb} was given Flags {flags}, which are reserved and must be 0")
          .why(
              "The parameter is reserved: WSK may refuse the call with STATUS_INVALID_PARAMETER, today or in a later Windows that"
                  + " gives the bit a meaning.")
          .fix("Pass 0.")
          .source("windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_bind")
          .judgedBy(ReservedFlagsSet::new);

  private final Trial trial;

  private ReservedFlagsSet(Trial trial) {
    this.trial = trial;
    trial.on(CallEnter.class, this::entered);
  }

  private void entered(CallEnter call) {
    if (call.flags() != 0 && isReservedIn(call) && trial.operation() == null) {
      trial.charge(
          Charge.of(trial.event(), "call")
              .words("verb", call.verb().label())
              .address("flags", call.flags()));
    }
  }

  private static boolean isReservedIn(CallEnter call) {
    return switch (call.verb()) {
      case WSK_BIND,
          WSK_ACCEPT,
          WSK_CONNECT,
          WSK_CONNECT_EX,
          WSK_SOCKET_CONNECT,
          WSK_SEND_TO,
          WSK_RECEIVE_FROM,
          WSK_SEND_MESSAGES ->
          true;
      default -> false;
    };
  }
}
