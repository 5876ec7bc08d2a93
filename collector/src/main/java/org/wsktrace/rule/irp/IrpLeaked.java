package org.wsktrace.rule.irp;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent.DriverUnloadExit;
import org.wsktrace.rule.CallSite;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Need;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Setting;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveIrp;
import org.wsktrace.track.fact.IrpLife.State;

/**
 * An allocated IRP outlives its driver; or, as long as the driver lives, ever more IRPs of one
 * place have completed and are not touched any more. A cache of IRPs grows too, but not for ever:
 * so the second is only suspected. IRPs in flight are no leak yet, and embedded ones go with the
 * memory around them.
 */
public final class IrpLeaked {
  private static final Setting WINDOW =
      Setting.seconds("WSK-IRP-008.window", "how often the idle IRPs of a place are counted", 10);
  private static final Setting WINDOWS =
      Setting.count(
          "WSK-IRP-008.windows", "so many counts in a row, each above the last, are a leak", 6);
  private static final Setting IDLE =
      Setting.count("WSK-IRP-008.idle", "fewer idle IRPs of one place are no leak", 100);

  public static final Rule RULE =
      Rule.declare("WSK-IRP-008", "IRP never freed")
          .error(Effect.LEAK)
          .proved()
          .needs(Need.CALLS, Need.IRP_CALLS)
          .title("IRP {irp} was never freed, and its driver is unloaded")
          .why(
              "An IRP is nonpaged memory. Nobody frees one that the driver allocated but the driver; Driver Verifier stops at the unload"
                  + " (bugcheck 0xC4 or 0x62).")
          .fix(
              "Call IoFreeIrp in the completion routine, which runs whatever the call returned, or keep the IRP for IoReuseIrp and free"
                  + " it at unload.")
          .source("windows-hardware/drivers/ddi/wdm/nf-wdm-iofreeirp")
          .settings(WINDOW, WINDOWS, IDLE)
          .judgedBy(IrpLeaked::new);

  /** Idle IRPs of one place, count by count. */
  private static final class Trend {
    TimedEvent birth;
    TimedEvent completion;
    long before;
    long now;
    int grown;
    boolean charged;

    Trend(TimedEvent birth, TimedEvent completion) {
      this.birth = birth;
      this.completion = completion;
    }
  }

  private static final int MAX_PLACES = 1_000;

  private final Trial trial;
  private final Map<CallSite, Trend> trends = new HashMap<>();
  private long counted;

  private IrpLeaked(Trial trial) {
    this.trial = trial;
    trial.on(DriverUnloadExit.class, this::unloaded);
    trial.onTick(this::count);
  }

  private void unloaded(DriverUnloadExit unload) {
    int client = unload.header().client();
    for (LiveIrp irp : List.copyOf(trial.tracks().irps().living())) {
      if (irp.client() == client && isIdle(irp)) {
        trial.charge(
            Charge.of(trial.event(), "unload")
                .with(irp.birth(), "allocate")
                .with(irp.lastCompletion(), "complete")
                .blaming(irp.birth())
                .address("irp", irp.address())
                .doubted(
                    irp.operations() == 0
                        ? "it was never given to WSK; another driver may have taken it over"
                        : ""));
      }
    }
  }

  private static boolean isIdle(LiveIrp irp) {
    return switch (irp.kind()) {
      case IO_ALLOCATE_IRP, IO_ALLOCATE_IRP_EX -> irp.operation() == null && irp.passedOn() == null;
      default -> false;
    };
  }

  private void count() {
    long window = trial.value(WINDOW);
    long now = trial.nanos();
    if (now - counted < window) {
      return;
    }
    counted = now;
    for (LiveIrp irp : trial.tracks().irps().living()) {
      TimedEvent completion = irp.lastCompletion();
      if (irp.state() == State.COMPLETED
          && completion != null
          && now - completion.nanos() >= window
          && isIdle(irp)) {
        Trend trend = trend(irp, completion);
        if (trend != null) {
          trend.now++;
        }
      }
    }
    trends.values().forEach(this::judge);
    trends.values().removeIf(trend -> trend.before == 0);
  }

  private @Nullable Trend trend(LiveIrp irp, TimedEvent completion) {
    var place = CallSite.of(irp.birth().event(), trial.tracks().drivers());
    Trend known = trends.get(place);
    if (known == null && trends.size() < MAX_PLACES) {
      known = new Trend(irp.birth(), completion);
      trends.put(place, known);
    }
    return known;
  }

  private void judge(Trend trend) {
    trend.grown = trend.now > trend.before ? trend.grown + 1 : 0;
    if (!trend.charged && trend.grown >= trial.value(WINDOWS) && trend.now >= trial.value(IDLE)) {
      trend.charged = true;
      trial.charge(
          Charge.late(trial.event())
              .saying(
                  "{idle} IRPs of one place have completed and were not touched since, more and more")
              .with(trend.birth, "allocate")
              .with(trend.completion, "complete")
              .blaming(trend.birth)
              .count("idle", trend.now)
              .doubted("it may be a cache that still grows"));
    }
    trend.before = trend.now;
    trend.now = 0;
  }
}
