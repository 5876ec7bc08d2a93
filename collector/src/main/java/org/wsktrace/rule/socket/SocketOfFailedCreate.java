package org.wsktrace.rule.socket;

import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent.CallEnter;
import org.wsktrace.event.WskEvent.OpComplete;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;

/**
 * A call on what a failed creation or accept left in IoStatus.Information. That is often 0, which
 * is WSK-SOCK-004's.
 */
public final class SocketOfFailedCreate {
  public static final Rule RULE =
      Rule.declare("WSK-SOCK-014", "Socket taken from a failed create or accept")
          .error(Effect.BUGCHECK)
          .proved()
          .title("{verb} was called on {socket}, taken from a {creator} that failed with {status}")
          .why(
              "IoStatus.Information is a socket only when IoStatus.Status says success. After a failure it is whatever was there, and"
                  + " the call reads a table of functions from it.")
          .fix(
              "Look at IoStatus.Status in the completion routine before Information; what the call returned does not tell, as"
                  + " STATUS_PENDING is a success code.")
          .source("windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_socket")
          .judgedBy(SocketOfFailedCreate::new);

  private final Trial trial;

  private SocketOfFailedCreate(Trial trial) {
    this.trial = trial;
    trial.on(CallEnter.class, this::entered);
  }

  private void entered(CallEnter call) {
    if (trial.socket() != null || call.socket() == 0 || trial.operation() != null) {
      return;
    }
    TimedEvent failure = trial.tracks().sockets().failed(call.socket());
    if (failure != null
        && failure.event() instanceof OpComplete complete
        && SocketVerbs.onSocket(call.verb())) {
      trial.charge(
          Charge.of(trial.event(), "call")
              .with(failure, "failed create")
              .words("verb", call.verb().label())
              .address("socket", call.socket())
              .words("creator", complete.verb().label())
              .status("status", complete.ioStatus()));
    }
  }
}
