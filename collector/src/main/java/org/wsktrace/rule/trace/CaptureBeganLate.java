package org.wsktrace.rule.trace;

import java.util.ArrayList;
import java.util.List;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent.CallEnter;
import org.wsktrace.rule.CallSite;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;

/**
 * The capture driver marks calls on sockets that it knows from before the capture. One finding for
 * the whole trace.
 */
public final class CaptureBeganLate {
  public static final Rule RULE =
      Rule.declare("WSK-TRC-003", "Capture started in the middle of lives")
          .note(Effect.SEMANTICS)
          .proved()
          .needs()
          .title("{sockets} are older than the capture")
          .why(
              "How they were created, bound, connected and configured is not in the trace. What depends on that is not judged for them:"
                  + " whether the socket is live at all, its category and role, the order of its first calls, which event callbacks it"
                  + " has, the beginnings of its IRPs.")
          .fix("Nothing in the driver.")
          .recordNext("Start the capture before the driver is loaded.")
          .source("windows-hardware/drivers/network/creating-sockets")
          .judgedBy(CaptureBeganLate::new);

  /** HeaderFlags of the manifest. */
  private static final int ADOPTED = 0x1;

  private static final int SHOWN = 8;

  private final Trial trial;
  private final List<TimedEvent> first = new ArrayList<>();
  private long sockets;

  private CaptureBeganLate(Trial trial) {
    this.trial = trial;
    trial.on(CallEnter.class, this::entered);
    trial.onEnd(this::end);
  }

  private void entered(CallEnter call) {
    if ((call.header().headerFlags() & ADOPTED) != 0
        && call.socket() != 0
        && trial.operation() == null
        && trial.socket() == null) {
      sockets++;
      if (first.size() < SHOWN) {
        first.add(trial.event());
      }
    }
  }

  private void end() {
    if (sockets > 0) {
      Charge charge =
          Charge.late(first.getFirst())
              .at(new CallSite("trace", 0))
              .words("sockets", sockets == 1 ? "A socket of the trace" : sockets + " sockets");
      if (sockets == 1) {
        charge = charge.saying("{sockets} is older than the capture");
      }
      for (TimedEvent use : first) {
        charge = charge.with(use, "first use");
      }
      trial.charge(charge);
    }
  }
}
