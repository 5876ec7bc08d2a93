package org.wsktrace.rule.irp;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent.CallEnter;
import org.wsktrace.event.WskEvent.MdlBirth;
import org.wsktrace.event.WskEvent.MdlFree;
import org.wsktrace.event.WskEvent.OpComplete;
import org.wsktrace.event.WskEvent.OpExit;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Need;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveOperation;

/**
 * A call fails, its completion routine has run before it returned and has freed an MDL, and then
 * the caller frees the same because of the error. The same of an IRP is a free of an IRP twice,
 * whose title tells this story. Of blocks of pool nothing is said: not each allocation is recorded,
 * so the second may be of another block. Where nobody frees it is a leak.
 */
public final class ErrorTakenForRefusal {
  public static final Rule RULE =
      Rule.declare("WSK-IRP-017", "Error return taken for not submitted")
          .error(Effect.BUGCHECK)
          .proved()
          .needs(Need.CALLS, Need.MDL_CALLS)
          .title(
              "MDL {mdl} was freed by the completion routine of {operation}, and again when the call returned {status}")
          .why(
              "WSK completes the IRP whatever the call returns, an error too, and mostly before it returns. So the completion routine has"
                  + " cleaned up already, and the second free hits memory of somebody else (bugcheck 0xC2).")
          .fix("Ignore the return value: leave all cleaning up to the completion routine.")
          .source("windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_send")
          .judgedBy(ErrorTakenForRefusal::new);

  /** So many threads have just come back from such a call; it is the last thing they did. */
  private static final int MAX_THREADS = 64;

  private static final int MAX_FREED = 64;

  /** A call that completed with an error before it returned. */
  private static final class Failed {
    final LiveOperation operation;
    final Map<Long, TimedEvent> freed = new HashMap<>();
    @Nullable OpExit exit;

    Failed(LiveOperation operation) {
      this.operation = operation;
    }
  }

  private final Trial trial;

  /** By the thread that called, eldest first. */
  private final LinkedHashMap<Long, Failed> calls = new LinkedHashMap<>();

  private ErrorTakenForRefusal(Trial trial) {
    this.trial = trial;
    trial.on(OpComplete.class, this::completed);
    trial.on(OpExit.class, this::returned);
    trial.on(CallEnter.class, this::entered);
    trial.on(MdlFree.class, free -> freed(free.mdl()));
    trial.on(MdlBirth.class, birth -> born(birth.mdl()));
  }

  private void completed(OpComplete complete) {
    if (complete.ioStatus() >= 0) {
      return;
    }
    long tid = complete.header().tid();
    LiveOperation operation = trial.operation();
    // Thread 0 is the idle thread of each processor, and so all its DPCs.
    if (tid != 0
        && operation != null
        && operation.inCall()
        && operation.completion() == null
        && operation.enter() != null
        && operation.enter().event().header().tid() == tid) {
      calls.remove(tid);
      calls.put(tid, new Failed(operation));
      if (calls.size() > MAX_THREADS) {
        calls.pollFirstEntry();
      }
    }
  }

  private void returned(OpExit exit) {
    Failed failed = calls.isEmpty() ? null : calls.get(exit.header().tid());
    if (failed == null || failed.operation.opId() != exit.header().opId()) {
      return;
    }
    if (exit.status() < 0 && !failed.freed.isEmpty()) {
      failed.exit = exit;
    } else {
      calls.remove(exit.header().tid());
    }
  }

  private void entered(CallEnter call) {
    Failed failed = calls.isEmpty() ? null : calls.get(call.header().tid());
    if (failed != null && failed.exit != null) {
      calls.remove(call.header().tid());
    }
  }

  private void freed(long address) {
    Failed failed = calls.isEmpty() ? null : calls.get(trial.event().event().header().tid());
    if (failed == null) {
      return;
    }
    if (failed.exit == null) {
      if (failed.freed.size() < MAX_FREED) {
        failed.freed.put(address, trial.event());
      }
      return;
    }
    TimedEvent first = failed.freed.remove(address);
    if (first != null) {
      trial.charge(
          Charge.of(trial.event(), "free again")
              .showing(failed.operation)
              .with(first, "free")
              .address("mdl", address)
              .operation("operation", failed.operation)
              .status("status", failed.exit.status()));
    }
  }

  /** What is freed next at this address is something else. */
  private void born(long address) {
    if (!calls.isEmpty()) {
      calls.values().forEach(failed -> failed.freed.remove(address));
    }
  }
}
