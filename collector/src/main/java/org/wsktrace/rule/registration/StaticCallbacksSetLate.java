package org.wsktrace.rule.registration;

import org.wsktrace.event.ControlCode;
import org.wsktrace.event.WskEvent.OpEnter;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveSocket;

/**
 * WSK_SET_STATIC_EVENT_CALLBACKS while the driver has sockets. Those that were closed before are
 * not looked for.
 */
public final class StaticCallbacksSetLate {
  public static final Rule RULE =
      Rule.declare("WSK-REG-008", "Static event callbacks set when sockets exist")
          .warning(Effect.SEMANTICS)
          .proved()
          .title("WSK_SET_STATIC_EVENT_CALLBACKS comes after {sockets}: {first} is open already")
          .why(
              "Event callbacks that are set for the whole client are turned on when a socket is created. A socket that exists already"
                  + " has none of them, and its driver waits for events that never come.")
          .fix(
              "Set them right after WskCaptureProviderNPI, before the first WskSocket. For other sockets there is"
                  + " SO_WSK_EVENT_CALLBACK.")
          .source("windows-hardware/drivers/network/wsk-set-static-event-callbacks")
          .judgedBy(StaticCallbacksSetLate::new);

  private final Trial trial;

  private StaticCallbacksSetLate(Trial trial) {
    this.trial = trial;
    trial.on(OpEnter.class, this::entered);
  }

  private void entered(OpEnter call) {
    if (!ControlCode.WSK_SET_STATIC_EVENT_CALLBACKS.isSetBy(call)) {
      return;
    }
    LiveSocket first = null;
    int count = 0;
    for (LiveSocket socket : trial.tracks().sockets().living()) {
      if (socket.client() == call.header().client()) {
        first = first == null ? socket : first;
        count++;
      }
    }
    if (first != null) {
      trial.charge(
          Charge.of(trial.event(), "set")
              .with(first.creation(), first.adopted() ? "first use" : "create")
              .words("sockets", count == 1 ? "a socket" : count + " sockets")
              .address("first", first.address()));
    }
  }
}
