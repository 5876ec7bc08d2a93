package org.wsktrace.rule.performance;

import java.util.List;
import org.wsktrace.event.MdlSnap;
import org.wsktrace.event.WskEvent.DataEnter;
import org.wsktrace.event.WskEvent.OpMdlMore;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Setting;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveOperation;

/**
 * A send or receive whose chain has many MDLs, or several that describe only a few bytes each. For
 * the second the MDLs are looked at that the enter shows, which are 16 at most.
 */
public final class LongMdlChain {
  private static final Setting MDLS =
      Setting.count("WSK-PERF-009.mdls", "a chain of more is long", 64);
  private static final Setting MEAN =
      Setting.bytes("WSK-PERF-009.mean", "fewer bytes for an MDL, on average, are few", 64);
  private static final Setting SEVERAL =
      Setting.count("WSK-PERF-009.several", "fewer MDLs are not several", 8);

  public static final Rule RULE =
      Rule.declare("WSK-PERF-009", "Long chain of MDLs, or MDLs of a few bytes")
          .note(Effect.PERFORMANCE)
          .heuristic()
          .title("{call} has a chain of more than {mdls} MDLs")
          .why(
              "Every layer walks the chain, and the network adapter fetches each MDL by itself; many adapters take no more than a few and"
                  + " have the packet copied.")
          .fix("Copy small pieces into one buffer, and chain large ones only.")
          .source("windows-hardware/drivers/ddi/wsk/ns-wsk-_wsk_buf")
          .settings(MDLS, MEAN, SEVERAL)
          .judgedBy(LongMdlChain::new);

  private final Trial trial;
  private final long mdls;
  private final long mean;
  private final long several;

  private LongMdlChain(Trial trial) {
    this.trial = trial;
    this.mdls = trial.value(MDLS);
    this.mean = trial.value(MEAN);
    this.several = trial.value(SEVERAL);
    trial.on(DataEnter.class, this::entered);
    trial.on(OpMdlMore.class, this::more);
  }

  private void entered(DataEnter call) {
    List<MdlSnap> snaps = call.mdlSnaps();
    int count = snaps.size();
    if (count > mdls) {
      trial.charge(
          Charge.of(trial.event(), "enter").words("call", call.verb().label()).count("mdls", mdls));
    } else if (count >= several) {
      long sum = 0;
      for (MdlSnap snap : snaps) {
        sum += snap.byteCount();
      }
      if (sum < mean * count) {
        trial.charge(
            Charge.of(trial.event(), "enter")
                .saying(
                    "{call} has a chain of MDLs that describe {mean} on average: {mdls} of them")
                .words("call", call.verb().label())
                .bytes("mean", sum / count)
                .count("mdls", count));
      }
    }
  }

  private void more(OpMdlMore more) {
    LiveOperation operation = trial.operation();
    long end = more.firstIndex() + (long) more.mdlSnaps().size();
    if (operation != null && operation.enter() != null && more.firstIndex() <= mdls && end > mdls) {
      trial.charge(
          Charge.of(trial.event(), "more MDLs")
              .with(operation.enter(), "enter")
              .blaming(operation.enter())
              .words("call", operation.verb().label())
              .count("mdls", mdls));
    }
  }
}
