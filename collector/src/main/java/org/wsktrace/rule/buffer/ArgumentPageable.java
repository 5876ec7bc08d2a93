package org.wsktrace.rule.buffer;

import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent.CallEnter;
import org.wsktrace.event.WskEvent.OpEnter;
import org.wsktrace.event.WskEvent.RecvEnter;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Need;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.memory.PoolTracker;

/**
 * What must be in nonpaged memory lies in a block of paged pool: the context of the completion
 * routine, the context of a socket, an address that is to be filled in. Pageable sections of an
 * image are not recorded, so variables there are not found out.
 */
public final class ArgumentPageable {
  public static final Rule RULE =
      Rule.declare("WSK-BUF-018", "Context or result in paged pool")
          .error(Effect.BUGCHECK)
          .proved()
          .needs(Need.CALLS, Need.POOL_CALLS)
          .title("The {what} of {call}, {address}, lies in paged pool")
          .why(
              "Completion routines and event callbacks run at DISPATCH_LEVEL, and there WSK writes results too. When memory is short the page"
                  + " is on disk just then: bugcheck 0xD1 or 0xA, seldom and on busy machines only.")
          .fix("Allocate the block with NonPagedPoolNx or POOL_FLAG_NON_PAGED.")
          .source("windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_socket")
          .judgedBy(ArgumentPageable::new);

  private final Trial trial;
  private final PoolTracker pool;

  private ArgumentPageable(Trial trial) {
    this.trial = trial;
    this.pool = trial.tracks().pool();
    trial.on(CallEnter.class, this::entered);
  }

  private void entered(CallEnter call) {
    if (!pool.hasPaged()) {
      return;
    }
    judge(call, "completion context", call.irpSnap().context());
    switch (call) {
      case OpEnter enter -> {
        judge(call, "socket context", enter.socketContext());
        judge(call, "LocalAddress", enter.localAddressOut());
        judge(call, "RemoteAddress", enter.remoteAddressOut());
      }
      case RecvEnter enter -> judge(call, "RemoteAddress", enter.remoteAddressOut());
      default -> {}
    }
  }

  private void judge(CallEnter call, String what, long address) {
    TimedEvent alloc = pool.pagedHolding(address);
    if (alloc != null) {
      trial.charge(
          Charge.of(trial.event(), "enter")
              .with(alloc, "alloc")
              .blaming(alloc)
              .words("what", what)
              .words("call", call.verb().label())
              .address("address", address));
    }
  }
}
