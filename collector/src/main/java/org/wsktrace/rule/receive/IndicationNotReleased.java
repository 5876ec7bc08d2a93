package org.wsktrace.rule.receive;

import org.wsktrace.event.TimedEvent;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Once;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Setting;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.Memo;
import org.wsktrace.track.receive.Indication;

/**
 * A data indication is retained for very long. Whether it will still be released nobody can tell;
 * one that is retained when its socket is closed is WSK-RCV-002, which is proved.
 */
public final class IndicationNotReleased {
  private static final Setting AGE =
      Setting.seconds(
          "WSK-RCV-001.age", "a data indication that is retained so long was forgotten", 30);

  public static final Rule RULE =
      Rule.declare("WSK-RCV-001", "Data indication never released")
          .warning(Effect.LEAK)
          .heuristic()
          .title(
              "Socket {socket} has {what} of a data indication ({bytes}) retained for {age} and not released")
          .why(
              "A callback that returns STATUS_PENDING keeps buffers of the network stack, even of the network card, until the driver"
                  + " calls WskRelease. Forgotten ones are never used again: the stack runs out of receive buffers, and packets of"
                  + " all connections are dropped.")
          .fix(
              "Call WskRelease on every path, errors and disconnects included; copy the data where it is needed for long.")
          .source(
              "windows-hardware/drivers/network/receiving-data-over-a-connection-oriented-socket")
          .settings(AGE)
          .judgedBy(IndicationNotReleased::new);

  private final Trial trial;
  private final Memo<Indication, Once> judged;

  private IndicationNotReleased(Trial trial) {
    this.trial = trial;
    this.judged = trial.tracks().indications().memo(Once::new);
    trial.onTick(this::look);
  }

  private void look() {
    long limit = trial.value(AGE);
    for (Indication indication : trial.tracks().indications().retained()) {
      TimedEvent exit = indication.exit();
      if (exit == null || trial.nanos() - exit.nanos() < limit) {
        // The eldest come first.
        return;
      }
      if (judged.of(indication).first()) {
        charge(indication, exit);
      }
    }
  }

  private void charge(Indication indication, TimedEvent exit) {
    trial.charge(
        Charge.late(trial.event())
            .with(indication.enter(), "indicate")
            .with(exit, "retain")
            .blaming(indication.enter())
            .words("what", Amount.elements(indication.retained()))
            .bytes("bytes", indication.retainedBytes())
            .address("socket", indication.socket())
            .nanos("age", trial.nanos() - exit.nanos())
            .doubted("it may still be released"));
  }
}
