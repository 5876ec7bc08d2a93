package org.wsktrace.rule.buffer;

import org.jspecify.annotations.Nullable;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent.MdlLock;
import org.wsktrace.event.WskEvent.MdlUnlock;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Need;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveMdl;
import org.wsktrace.track.MdlTracker;
import org.wsktrace.track.fact.MdlLife.State;

/**
 * An MDL is unlocked that has no lock: it was unlocked before, never locked, built for nonpaged
 * pool, or a part of another one. Or it is locked that is locked already, or built for nonpaged
 * pool. A lock by another driver shows in the flags of the MDL, and is believed.
 */
public final class LockUnbalanced {
  public static final Rule RULE =
      Rule.declare("WSK-BUF-012", "Locks and unlocks don't match")
          .error(Effect.BUGCHECK)
          .proved()
          .needs(Need.MDL_CALLS)
          .title("MDL {mdl} was {how}")
          .why(
              "The memory manager counts the locks of each page. One unlock too many takes the lock of somebody else, and the page leaves"
                  + " memory under him: bugcheck 0x4E. One lock too many keeps the page for ever: bugcheck 0x76 or 0xCB.")
          .fix(
              "One MmUnlockPages for each MmProbeAndLockPages that did not raise, in one place; neither for an MDL that"
                  + " MmBuildMdlForNonPagedPool or IoBuildPartialMdl has set up.")
          .source("windows-hardware/drivers/ddi/wdm/nf-wdm-mmprobeandlockpages")
          .judgedBy(LockUnbalanced::new);

  private final Trial trial;
  private final MdlTracker mdls;

  private LockUnbalanced(Trial trial) {
    this.trial = trial;
    this.mdls = trial.tracks().mdls();
    trial.on(MdlLock.class, this::locked);
    trial.on(MdlUnlock.class, this::unlocked);
  }

  private void locked(MdlLock lock) {
    if (lock.status() < 0) {
      return;
    }
    LiveMdl mdl = mdls.living(lock.mdl());
    if (mdls.isNonPagedPool(lock.mdlFlags())) {
      charge(
          lock.mdl(),
          "lock",
          "locked though it describes nonpaged pool",
          mdl == null ? null : mdl.description(),
          "build");
    } else if (mdl != null && mdl.lock() != null && mdl.state() == State.LOCKED) {
      Charge twice = of(lock.mdl(), "lock", "locked while it is locked").with(mdl.lock(), "lock");
      trial.charge(
          mdl.owned()
              ? twice
              : twice.doubted("its unlock, or a new life of the MDL, may not have been seen"));
    }
  }

  private void unlocked(MdlUnlock unlock) {
    LiveMdl mdl = mdls.living(unlock.mdl());
    // Of an MDL that it does not know the capture driver logs the address alone.
    boolean flagsKnown = unlock.va() != 0;
    if (flagsKnown && mdls.isNonPagedPool(unlock.mdlFlags())) {
      charge(
          unlock.mdl(),
          "unlock",
          "unlocked though it describes nonpaged pool",
          mdl == null ? null : mdl.description(),
          "build");
    } else if (flagsKnown && mdls.isPartial(unlock.mdlFlags())) {
      charge(
          unlock.mdl(),
          "unlock",
          "unlocked though it is a part of another MDL",
          mdl == null ? null : mdl.description(),
          "partial");
    } else if (mdl != null && mdl.lock() == null && mdl.state() == State.RAW) {
      if (mdl.unlock() != null) {
        charge(unlock.mdl(), "unlock", "unlocked twice", mdl.unlock(), "unlock before");
      } else if (mdl.owned() && !(flagsKnown && mdls.isLocked(unlock.mdlFlags()))) {
        charge(unlock.mdl(), "unlock", "unlocked though it was never locked", mdl.first(), "birth");
      }
    }
  }

  private void charge(
      long mdl, String role, String how, @Nullable TimedEvent cause, String causeRole) {
    trial.charge(of(mdl, role, how).with(cause, causeRole));
  }

  private Charge of(long mdl, String role, String how) {
    return Charge.of(trial.event(), role).address("mdl", mdl).words("how", how);
  }
}
