package org.wsktrace.rule.argument;

import org.wsktrace.event.ControlCode;
import org.wsktrace.event.EventMask;
import org.wsktrace.event.Verb;
import org.wsktrace.event.WskEvent.OpEnter;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;

/** SO_WSK_EVENT_CALLBACK that is to disable several callbacks at once, or none. */
public final class SeveralCallbacksDisabled {
  public static final Rule RULE =
      Rule.declare("WSK-ARG-007", "Several event callbacks disabled at once")
          .warning(Effect.SEMANTICS)
          .proved()
          .title(
              "SO_WSK_EVENT_CALLBACK on socket {socket} disables {count} event callbacks in one call (EventMask {mask})")
          .why(
              "Callbacks are enabled together and disabled one by one, as each is disabled only when its own calls in progress have"
                  + " returned. WSK may refuse the call, and then every callback stays enabled while the driver believes otherwise.")
          .fix(
              "Call WskControlSocket once for each event callback, with WSK_EVENT_DISABLE and its flag.")
          .source("windows-hardware/drivers/network/so-wsk-event-callback")
          .judgedBy(SeveralCallbacksDisabled::new);

  private final Trial trial;

  private SeveralCallbacksDisabled(Trial trial) {
    this.trial = trial;
    trial.on(OpEnter.class, this::entered);
  }

  private void entered(OpEnter call) {
    if (call.verb() != Verb.WSK_CONTROL_SOCKET
        || !ControlCode.SO_WSK_EVENT_CALLBACK.isSetBy(call)) {
      return;
    }
    long mask = EventMask.of(call);
    int callbacks = Long.bitCount(mask & ~EventMask.DISABLE);
    if (mask != EventMask.UNKNOWN && (mask & EventMask.DISABLE) != 0 && callbacks != 1) {
      trial.charge(
          Charge.of(trial.event(), "disable")
              .address("socket", call.socket())
              .count("count", callbacks)
              .address("mask", mask));
    }
  }
}
