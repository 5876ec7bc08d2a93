package org.wsktrace.rule.trace;

import org.jspecify.annotations.Nullable;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent.Heartbeat;
import org.wsktrace.event.WskEvent.OpComplete;
import org.wsktrace.event.WskEvent.OpExit;
import org.wsktrace.rule.CallSite;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Setting;
import org.wsktrace.rule.Trial;

/**
 * In the order of their numbers the times of events go back: the clocks of the processors differ.
 * Returns, completions and heartbeats are looked at, which come from every processor. One finding
 * for the whole trace, with the worst place.
 */
public final class ClockGoesBack {
  private static final Setting SKEW =
      Setting.millis(
          "WSK-TRC-005.skew", "times that go back by more come from clocks that differ", 1);

  public static final Rule RULE =
      Rule.declare("WSK-TRC-005", "Clocks of the processors differ")
          .warning(Effect.SEMANTICS)
          .proved()
          .needs()
          .title("The time goes back by up to {skew} from one event to a later one, {times}")
          .why(
              "What rests on the order of events stands: their numbers come from one counter. Durations and ages are wrong by as much,"
                  + " so findings of hangs and of performance may be.")
          .fix("Nothing in the driver.")
          .recordNext(
              "Record on a machine whose processors share a clock; in a virtual machine look at its clock source.")
          .source("windows/win32/sysinfo/acquiring-high-resolution-time-stamps")
          .settings(SKEW)
          .judgedBy(ClockGoesBack::new);

  private final Trial trial;
  private @Nullable TimedEvent latest;
  private @Nullable TimedEvent worst;
  private @Nullable TimedEvent beforeWorst;
  private long worstSkew;
  private long times;

  private ClockGoesBack(Trial trial) {
    this.trial = trial;
    trial.on(OpExit.class, _ -> look());
    trial.on(OpComplete.class, _ -> look());
    trial.on(Heartbeat.class, _ -> look());
    trial.onEnd(this::end);
  }

  private void look() {
    TimedEvent now = trial.event();
    if (latest == null || now.nanos() >= latest.nanos()) {
      latest = now;
      return;
    }
    long skew = latest.nanos() - now.nanos();
    if (skew > trial.value(SKEW)) {
      times++;
      if (skew > worstSkew) {
        worstSkew = skew;
        worst = now;
        beforeWorst = latest;
      }
    }
  }

  private void end() {
    if (worst != null && beforeWorst != null) {
      trial.charge(
          Charge.of(worst, "later")
              .with(beforeWorst, "earlier")
              .at(new CallSite("trace", 0))
              .nanos("skew", worstSkew)
              .words("times", times == 1 ? "once" : times + " times"));
    }
  }
}
