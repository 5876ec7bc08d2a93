package org.wsktrace.rule.context;

import org.wsktrace.event.Verb;
import org.wsktrace.event.WskEvent.CallEnter;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Setting;
import org.wsktrace.rule.Severity;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveThread;
import org.wsktrace.track.LiveThread.Frame;
import org.wsktrace.track.LiveThread.Kind;

/**
 * A WSK function is called in a completion routine. Once that is a matter of style; where its
 * request completes at once, in a routine that calls again, the stack grows with each. A close, or
 * a control call without an IRP, once, is what good drivers do. In an event callback calls are
 * legal.
 */
public final class CallInCompletion {
  private static final Setting DEPTH =
      Setting.count(
          "WSK-CTX-004.depth", "so many completion routines inside each other are a recursion", 3);
  private static final Setting STACK =
      Setting.bytes("WSK-CTX-004.stack", "with less stack than this left it is an error", 8192);

  public static final Rule RULE =
      Rule.declare("WSK-CTX-004", "WSK call in a completion routine")
          .alias("WSK-IRP-021")
          .warning(Effect.BUGCHECK)
          .proved()
          .title("{verb} was called in a completion routine{depth}")
          .why(
              "The request may complete before the call returns, and its completion routine, on the same stack, calls again. A kernel stack"
                  + " has 24 KiB at most: the recursion ends in a double fault (bugcheck 0x7F).")
          .fix(
              "Let a worker thread make the next call; the completion routine hands over what it needs.")
          .source("windows-hardware/drivers/network/using-irps-with-winsock-kernel-functions")
          .settings(DEPTH, STACK)
          .judgedBy(CallInCompletion::new);

  /** HeaderFlags of the manifest: the thread is in a completion routine. */
  private static final int IN_COMPLETION = 0x8;

  private final Trial trial;

  private CallInCompletion(Trial trial) {
    this.trial = trial;
    trial.on(CallEnter.class, this::entered);
  }

  private void entered(CallEnter call) {
    if ((call.header().headerFlags() & IN_COMPLETION) == 0 || trial.operation() != null) {
      return;
    }
    LiveThread thread = trial.tracks().stage().thread();
    Frame top = thread == null ? null : thread.top();
    if (thread == null || top == null || top.kind() != Kind.COMPLETION || !top.surelyMade(call)) {
      return;
    }
    int depth = thread.depth(Kind.COMPLETION);
    boolean harmless = call.verb() == Verb.WSK_CLOSE_SOCKET || call.irpSnap().ptr() == 0;
    if (depth > 1 || !harmless) {
      charge(call, thread, depth);
    }
  }

  private void charge(CallEnter call, LiveThread thread, int depth) {
    Charge charge =
        Charge.of(trial.event(), "enter")
            .words("verb", call.verb().label())
            .words("depth", depth == 1 ? "" : ", %d of them inside each other".formatted(depth));
    for (Frame frame : thread.frames()) {
      if (frame.kind() == Kind.COMPLETION) {
        charge = charge.with(frame.enter(), "routine");
      }
    }
    long left = stackLeft(call);
    if (left < trial.value(STACK)) {
      trial.charge(
          charge
              .saying("{verb} was called in a completion routine{depth}, with {left} of stack left")
              .bytes("left", left)
              .as(Severity.ERROR));
    } else {
      trial.charge(depth >= trial.value(DEPTH) ? charge : charge.as(Severity.NOTE));
    }
  }

  /** In bytes; very many where it is not known. */
  private static long stackLeft(CallEnter call) {
    long pointer = call.header().stackPointer();
    boolean known =
        Long.compareUnsigned(pointer, call.stackLow()) > 0
            && Long.compareUnsigned(pointer, call.stackHigh()) < 0;
    return known ? pointer - call.stackLow() : Long.MAX_VALUE;
  }
}
