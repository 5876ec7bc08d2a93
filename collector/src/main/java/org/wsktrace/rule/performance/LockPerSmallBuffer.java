package org.wsktrace.rule.performance;

import java.util.HashMap;
import java.util.Map;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent.MdlLock;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Need;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Setting;
import org.wsktrace.rule.Trial;

/** A driver locks the pages of many small buffers within a second. */
public final class LockPerSmallBuffer {
  private static final Setting LOCKS =
      Setting.count("WSK-PERF-012.locks", "so many within a second are many", 10_000);
  private static final Setting BYTES =
      Setting.bytes("WSK-PERF-012.bytes", "a buffer of fewer bytes is small", 4096);

  public static final Rule RULE =
      Rule.declare("WSK-PERF-012", "Pages locked for each small buffer")
          .note(Effect.PERFORMANCE)
          .heuristic()
          .needs(Need.MDL_CALLS)
          .title("{locks} MmProbeAndLockPages of fewer than {limit} within {span}")
          .why(
              "Locking walks page tables and takes locks of the memory manager; to copy so few bytes is faster.")
          .fix("Copy small data into buffers of nonpaged pool whose MDLs are built once.")
          .source("windows-hardware/drivers/ddi/wdm/nf-wdm-mmprobeandlockpages")
          .settings(LOCKS, BYTES)
          .judgedBy(LockPerSmallBuffer::new);

  private final Trial trial;
  private final long locks;
  private final long bytes;

  /** By driver; their ids have 16 bits. */
  private final Map<Integer, Rate> rates = new HashMap<>();

  private LockPerSmallBuffer(Trial trial) {
    this.trial = trial;
    this.locks = trial.value(LOCKS);
    this.bytes = trial.value(BYTES);
    trial.on(MdlLock.class, this::locked);
  }

  private void locked(MdlLock lock) {
    if (lock.length() == 0 || lock.length() >= bytes) {
      return;
    }
    TimedEvent first =
        rates.computeIfAbsent(lock.header().client(), _ -> new Rate()).add(trial.event(), locks);
    if (first != null) {
      trial.charge(
          Charge.of(trial.event(), "last lock")
              .with(first, "first lock")
              .count("locks", locks)
              .bytes("limit", bytes)
              .nanos("span", trial.nanos() - first.nanos()));
    }
  }
}
