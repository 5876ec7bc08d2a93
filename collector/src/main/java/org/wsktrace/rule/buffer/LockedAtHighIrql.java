package org.wsktrace.rule.buffer;

import org.jspecify.annotations.Nullable;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent.MdlLock;
import org.wsktrace.event.WskEvent.PoolAlloc;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Need;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.memory.PoolTracker;

/**
 * Pages are locked at DISPATCH_LEVEL that may not be in memory. Memory that cannot be paged may be
 * locked there: so it is proved for paged pool and for a program's memory, never said of nonpaged
 * pool, and only suspected of an address that no recorded block holds. A lock that fails raises,
 * and no event tells of it.
 */
public final class LockedAtHighIrql {
  public static final Rule RULE =
      Rule.declare("WSK-BUF-017", "Pages locked at DISPATCH_LEVEL")
          .error(Effect.BUGCHECK)
          .proved()
          .needs(Need.MDL_CALLS)
          .title("MmProbeAndLockPages locked {what} at {va} at IRQL {irql}")
          .why(
              "To lock a page that is not in memory means to wait for the disk, which nobody can at DISPATCH_LEVEL: bugcheck 0xA or 0xD1,"
                  + " on the day when memory is short.")
          .fix(
              "Lock at IRQL APC_LEVEL or below, in a work item if need be; or use nonpaged pool, which needs no lock.")
          .recordNext("Record the pool calls too: they tell which memory is nonpaged.")
          .source("windows-hardware/drivers/ddi/wdm/nf-wdm-mmprobeandlockpages")
          .judgedBy(LockedAtHighIrql::new);

  private static final int DISPATCH_LEVEL = 2;

  private final Trial trial;

  private LockedAtHighIrql(Trial trial) {
    this.trial = trial;
    trial.on(MdlLock.class, this::locked);
  }

  private void locked(MdlLock lock) {
    if (lock.header().irql() < DISPATCH_LEVEL || lock.va() == 0) {
      return;
    }
    TimedEvent alloc = trial.tracks().pool().holding(lock.va());
    if (alloc != null) {
      if (PoolTracker.isPaged((PoolAlloc) alloc.event())) {
        trial.charge(charge(lock, "paged pool", alloc));
      }
    } else if (trial.tracks().mdls().isUserAddress(lock.va(), lock.mdl())) {
      trial.charge(charge(lock, "a program's memory", null));
    } else {
      trial.charge(
          charge(lock, "memory", null)
              .doubted(
                  "the memory may be one that is never paged: no recorded pool block holds it"));
    }
  }

  private Charge charge(MdlLock lock, String what, @Nullable TimedEvent alloc) {
    return Charge.of(trial.event(), "lock")
        .with(alloc, "alloc")
        .words("what", what)
        .address("va", lock.va())
        .count("irql", lock.header().irql());
  }
}
