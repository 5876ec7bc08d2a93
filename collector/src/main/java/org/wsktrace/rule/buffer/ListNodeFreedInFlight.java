package org.wsktrace.rule.buffer;

import org.wsktrace.event.WskEvent.PoolFree;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Need;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveOperation;
import org.wsktrace.track.memory.BusyMemory.Range;
import org.wsktrace.track.memory.BusyMemory.Use;

/**
 * A WSK_BUF_LIST of a WskSendMessages is freed before the completion. The documentation says
 * nothing of its lifetime; the clients that are known keep theirs.
 */
public final class ListNodeFreedInFlight {
  public static final Rule RULE =
      Rule.declare("WSK-BUF-016", "WSK_BUF_LIST freed before completion")
          .note(Effect.SEMANTICS)
          .heuristic()
          .needs(Need.CALLS, Need.POOL_CALLS)
          .title("The WSK_BUF_LIST at {node} was freed while {operation} was in flight")
          .why(
              "Nothing promises that WSK has read the list when the call returns. If it has not, it follows links through freed memory.")
          .fix(
              "Keep the nodes of the list beside the operation's IRP until the completion routine has run.")
          .source("windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_send_messages")
          .judgedBy(ListNodeFreedInFlight::new);

  private final Trial trial;

  private ListNodeFreedInFlight(Trial trial) {
    this.trial = trial;
    trial.on(PoolFree.class, this::freed);
  }

  private void freed(PoolFree free) {
    for (Range<LiveOperation> range : trial.tracks().needed(free, Use.LIST_NODE)) {
      trial.charge(
          Charge.of(trial.event(), "free")
              .against(range.operation())
              .address("node", range.start())
              .operation("operation", range.operation()));
    }
  }
}
