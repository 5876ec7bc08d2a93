package org.wsktrace.rule.trace;

import java.util.ArrayList;
import java.util.List;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent;
import org.wsktrace.event.WskEvent.OpComplete;
import org.wsktrace.event.WskEvent.OpExit;
import org.wsktrace.rule.CallSite;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.fact.Loss;

/**
 * A return or a completion of a call whose enter is not in the trace, though nothing before it is
 * known to be missing. Where something is, {@link EventsMissing} has said so. One finding for the
 * whole trace.
 */
public final class EntersMissing {
  public static final Rule RULE =
      Rule.declare("WSK-TRC-002", "Return or completion without enter")
          .warning(Effect.SEMANTICS)
          .proved()
          .needs()
          .title("{calls} returned or completed in the trace and never began there")
          .why(
              "No event is known to be missing, so the trace is damaged or was put together from parts. What such calls were given is"
                  + " not known, and they are judged by what is left of them.")
          .fix("Nothing in the driver.")
          .recordNext("Record again; if it comes again, report it to the makers of wsktrace.")
          .source("windows-hardware/drivers/network/using-irps-with-winsock-kernel-functions")
          .judgedBy(EntersMissing::new);

  private static final int SHOWN = 8;

  private final Trial trial;
  private final LostRanges lost = new LostRanges();
  private final List<TimedEvent> first = new ArrayList<>();
  private long calls;

  private EntersMissing(Trial trial) {
    this.trial = trial;
    trial.on(OpExit.class, this::look);
    trial.on(OpComplete.class, this::look);
    trial.onLoss(this::lost);
    trial.onEnd(this::end);
  }

  private void look(WskEvent event) {
    long opId = event.header().opId();
    if (trial.operation() == null
        && opId != 0
        && !trial.tracks().operations().isDone(opId)
        && !lost.overlap(0, event.seq())) {
      calls++;
      if (first.size() < SHOWN) {
        first.add(trial.event());
      }
    }
  }

  private void lost(Loss loss) {
    lost.add(loss);
  }

  private void end() {
    if (calls > 0) {
      Charge charge =
          Charge.late(first.getFirst())
              .at(new CallSite("trace", 0))
              .words("calls", calls == 1 ? "1 call" : calls + " calls");
      for (TimedEvent event : first) {
        charge = charge.with(event, "without enter");
      }
      trial.charge(charge);
    }
  }
}
