package org.wsktrace.rule.receive;

import org.wsktrace.event.NtStatus;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent;
import org.wsktrace.event.WskEvent.CallEnter;
import org.wsktrace.event.WskEvent.CallbackExit;
import org.wsktrace.event.WskEvent.ReleaseEnter;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveSocket;

/**
 * A call on a socket that its WskAcceptEvent refused. From the return on it is WSK's, and its
 * address may be the next socket's.
 */
public final class RejectedSocketUsed {
  public static final Rule RULE =
      Rule.declare("WSK-RCV-014", "Refused socket used")
          .error(Effect.BUGCHECK)
          .proved()
          .title("{verb} on socket {socket}, which WskAcceptEvent had refused")
          .why(
              "A callback that returns STATUS_REQUEST_NOT_ACCEPTED gives the socket back: WSK closes it itself and frees its memory. A"
                  + " call jumps through a table in freed memory, and WskCloseSocket closes it twice.")
          .fix(
              "Return STATUS_SUCCESS for a socket that you keep, even to close it; forget its pointer when you refuse it.")
          .source("windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_accept_event")
          .judgedBy(RejectedSocketUsed::new);

  private final Trial trial;

  private RejectedSocketUsed(Trial trial) {
    this.trial = trial;
    trial.on(CallEnter.class, call -> used(call, call.socket(), call.verb().label()));
    trial.on(ReleaseEnter.class, release -> used(release, release.socket(), "WskRelease"));
  }

  private void used(WskEvent call, long address, String verb) {
    if (trial.socket() != null || trial.operation() != null) {
      return;
    }
    LiveSocket dead = trial.tracks().sockets().dead(address);
    TimedEvent rejection = dead == null ? null : dead.rejection();
    if (dead != null
        && rejection != null
        && rejection.event() instanceof CallbackExit exit
        && exit.status() == NtStatus.REQUEST_NOT_ACCEPTED
        && dead.client() == call.header().client()) {
      trial.charge(
          Charge.of(trial.event(), "call")
              .with(dead.creation(), "accept")
              .with(rejection, "refuse")
              .words("verb", verb)
              .address("socket", address));
    }
  }
}
