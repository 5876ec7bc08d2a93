package org.wsktrace.rule.buffer;

import java.util.List;
import org.wsktrace.event.Verb;
import org.wsktrace.event.WskEvent.CallEnter;
import org.wsktrace.event.WskEvent.PoolFree;
import org.wsktrace.event.WskEvent.SendEnter;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Need;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Severity;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.Argument;
import org.wsktrace.track.LiveOperation;
import org.wsktrace.track.memory.BusyMemory.Range;
import org.wsktrace.track.memory.BusyMemory.Use;

/**
 * What an argument points to is gone while the operation is in flight: its block is freed, or the
 * function whose stack it lies on has returned. Where WSK writes there it is an error, where it
 * reads a warning. Of the ControlInfo of a send WSK is known to take a copy in the call, whatever
 * the documentation says: its free is a note, and on the stack it is not looked at, like the
 * WSK_BUF and the remote address.
 */
public final class ArgumentGoneInFlight {
  public static final Rule RULE =
      Rule.declare("WSK-BUF-015", "Memory of an argument gone before completion")
          .error(Effect.CORRUPTION)
          .proved()
          .needs(Need.CALLS, Need.POOL_CALLS)
          .title("The {argument} of {operation} was freed while the operation was in flight")
          .why(
              "WSK writes the result when the request completes, however late that is: over a block that has another owner by then, or over"
                  + " the variables and return addresses of whatever function runs on that stack.")
          .fix(
              "Keep what the arguments point to beside the operation's IRP, in nonpaged memory, until the completion routine has run.")
          .source("windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_receive_from")
          .judgedBy(ArgumentGoneInFlight::new);

  private final Trial trial;
  private final StackWatch watch;

  private ArgumentGoneInFlight(Trial trial) {
    this.trial = trial;
    this.watch = new StackWatch(trial, this::gone);
    trial.on(CallEnter.class, this::entered);
    trial.on(PoolFree.class, this::freed);
  }

  private void entered(CallEnter call) {
    if (call instanceof SendEnter || call.verb() == Verb.WSK_RECEIVE || call.stackHigh() == 0) {
      return;
    }
    for (Argument argument : Argument.of(call)) {
      if (StackWatch.isOnStack(call, argument.start())) {
        watch.watch(call, argument.name(), argument.start());
      }
    }
  }

  private void gone(StackWatch.Watched watched, LiveOperation operation) {
    Charge charge =
        Charge.of(trial.event(), "call from further up")
            .against(operation)
            .saying(
                "The function that the {argument} of {operation} lies in has returned while the operation is in flight")
            .words("argument", watched.what())
            .operation("operation", operation);
    trial.charge(
        weighed(
            operation.enter() == null ? charge : charge.blaming(operation.enter()),
            operation,
            watched.address()));
  }

  private void freed(PoolFree free) {
    for (Range<LiveOperation> range : trial.tracks().needed(free, Use.ARGUMENT)) {
      LiveOperation operation = range.operation();
      trial.charge(
          weighed(
              Charge.of(trial.event(), "free")
                  .against(operation)
                  .words("argument", name(operation, range.start()))
                  .operation("operation", operation),
              operation,
              range.start()));
    }
  }

  private static Charge weighed(Charge charge, LiveOperation operation, long start) {
    for (Argument argument : arguments(operation)) {
      if (argument.start() == start && !argument.out()) {
        return operation.enter() != null && operation.enter().event() instanceof SendEnter
            ? charge.as(Severity.NOTE)
            : charge.as(Severity.WARNING);
      }
    }
    return charge;
  }

  private static String name(LiveOperation operation, long start) {
    for (Argument argument : arguments(operation)) {
      if (argument.start() == start) {
        return argument.name();
      }
    }
    return "argument";
  }

  private static List<Argument> arguments(LiveOperation operation) {
    return operation.enter() != null && operation.enter().event() instanceof CallEnter call
        ? Argument.of(call)
        : List.of();
  }
}
