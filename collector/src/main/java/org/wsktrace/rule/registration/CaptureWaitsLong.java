package org.wsktrace.rule.registration;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.wsktrace.event.RegVerb;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent.DriverLoad;
import org.wsktrace.event.WskEvent.DriverUnloadExit;
import org.wsktrace.event.WskEvent.RegEnter;
import org.wsktrace.event.WskEvent.RegExit;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Durations;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Setting;
import org.wsktrace.rule.Severity;
import org.wsktrace.rule.Trial;

/**
 * WskCaptureProviderNPI may wait without an end on the thread that loads the driver, which at boot
 * is the one that WSK waits for in turn; or it did wait long, on any thread. What called
 * WskCaptureProviderNPI is not recorded: on the thread that loaded the driver, and soon after, it
 * is taken for DriverEntry or AddDevice, which is a suspicion. A wait without an end on a thread of
 * the driver's own is legal, and is told only when it lasts.
 */
public final class CaptureWaitsLong {
  private static final Setting WAIT =
      Setting.seconds("WSK-REG-007.wait", "a capture must not wait longer for its provider", 5);

  private static final Setting START =
      Setting.seconds(
          "WSK-REG-007.start",
          "so long after its load the loading thread is taken to be in DriverEntry",
          10);

  public static final Rule RULE =
      Rule.declare("WSK-REG-007", "Unbounded wait for the provider")
          .warning(Effect.HANG)
          .strong()
          .title("WskCaptureProviderNPI {waits}")
          .why(
              "WSK may come up after the driver does. A driver that waits for it in DriverEntry or AddDevice stops the start of the"
                  + " drivers that WSK itself needs, and the machine hangs at boot.")
          .fix(
              "Capture with WSK_NO_WAIT and try again later, or capture on a thread of the driver's own, or when the first socket is"
                  + " wanted.")
          .source("windows-hardware/drivers/network/registering-a-winsock-kernel-application")
          .settings(WAIT, START)
          .judgedBy(CaptureWaitsLong::new);

  private static final long WSK_INFINITE_WAIT = 0xffffffffL;
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final Trial trial;

  /** By driver; their ids have 16 bits. */
  private final Map<Integer, TimedEvent> loads = new HashMap<>();

  /** Captures that have not returned, by thread. */
  private final Recent<Long, TimedEvent> waiting = new Recent<>();

  private CaptureWaitsLong(Trial trial) {
    this.trial = trial;
    // A later DriverLoad of the same driver is the capture driver's reminder.
    trial.on(DriverLoad.class, load -> loads.putIfAbsent(load.header().client(), trial.event()));
    trial.on(DriverUnloadExit.class, unload -> loads.remove(unload.header().client()));
    trial.on(RegEnter.class, this::entered);
    trial.on(RegExit.class, this::returned);
    trial.onTick(this::look);
    trial.onEnd(() -> waiting.values().forEach(this::suspect));
  }

  private void entered(RegEnter enter) {
    if (enter.verb() == RegVerb.WSK_CAPTURE_PROVIDER_NPI) {
      waiting.put(enter.header().tid(), trial.event());
    }
  }

  private void returned(RegExit exit) {
    TimedEvent enter =
        exit.verb() == RegVerb.WSK_CAPTURE_PROVIDER_NPI
            ? waiting.remove(exit.header().tid())
            : null;
    if (enter != null) {
      long waited = trial.nanos() - enter.nanos();
      if (waited >= trial.value(WAIT)) {
        charge(Charge.of(trial.event(), "return"), enter, "waited for " + Durations.of(waited));
      } else {
        suspect(enter);
      }
    }
  }

  /** It did not wait long, or not yet; but it might have. */
  private void suspect(TimedEvent capture) {
    TimedEvent load = loadedBySameThread(capture);
    if (load != null
        && capture.event() instanceof RegEnter enter
        && enter.timeout() > trial.value(WAIT) / NANOS_PER_MILLI) {
      trial.charge(
          Charge.of(capture, "capture")
              .with(load, "load")
              .words(
                  "waits",
                  (enter.timeout() == WSK_INFINITE_WAIT
                          ? "may wait without an end"
                          : "may wait for " + Durations.of(enter.timeout() * NANOS_PER_MILLI))
                      + " on the thread that loads the driver")
              .doubted(
                  "the thread that loaded the driver may have left DriverEntry and AddDevice"));
    }
  }

  private void look() {
    for (TimedEvent enter : waiting.values()) {
      long waited = trial.nanos() - enter.nanos();
      if (waited >= trial.value(WAIT)) {
        charge(Charge.late(trial.event()), enter, "waits since " + Durations.of(waited));
        waiting.remove(enter.event().header().tid());
        return;
      }
    }
  }

  private void charge(Charge charge, TimedEvent enter, String waits) {
    TimedEvent load = loadedBySameThread(enter);
    trial.charge(
        charge
            .with(enter, "capture")
            .with(load, "load")
            .blaming(enter)
            .words("waits", load == null ? waits : waits + " on the thread that loads the driver")
            .as(load == null ? Severity.WARNING : Severity.ERROR));
  }

  private @Nullable TimedEvent loadedBySameThread(TimedEvent enter) {
    TimedEvent load = loads.get(enter.event().header().client());
    return load != null
            && load.event().header().tid() == enter.event().header().tid()
            && enter.nanos() - load.nanos() <= trial.value(START)
        ? load
        : null;
  }
}
