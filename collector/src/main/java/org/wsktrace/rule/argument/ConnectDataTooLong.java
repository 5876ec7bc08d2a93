package org.wsktrace.rule.argument;

import org.wsktrace.event.Verb;
import org.wsktrace.event.WskEvent.SendEnter;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;

/** WskConnectEx with more data than goes with a connect. */
public final class ConnectDataTooLong {
  /** Bytes that WskConnectEx takes at most. */
  private static final long MOST = 65_535;

  public static final Rule RULE =
      Rule.declare("WSK-ARG-005", "WskConnectEx with too much data")
          .warning(Effect.SEMANTICS)
          .proved()
          .title("WskConnectEx was given {length} to send, and takes 65,535 bytes at most")
          .why(
              "WSK refuses the call with STATUS_BUFFER_OVERFLOW and does not connect; whether the IRP completes then the"
                  + " documentation does not say.")
          .fix("Send the first 65,535 bytes with the connect, and the rest by WskSend.")
          .source("windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_connect_ex")
          .judgedBy(ConnectDataTooLong::new);

  private final Trial trial;

  private ConnectDataTooLong(Trial trial) {
    this.trial = trial;
    trial.on(SendEnter.class, this::entered);
  }

  private void entered(SendEnter call) {
    if (call.verb() == Verb.WSK_CONNECT_EX && Long.compareUnsigned(call.length(), MOST) > 0) {
      trial.charge(Charge.of(trial.event(), "connect").bytes("length", call.length()));
    }
  }
}
