package org.wsktrace.rule.buffer;

import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent.DriverUnloadExit;
import org.wsktrace.event.WskEvent.MdlFree;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Need;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Setting;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveMdl;
import org.wsktrace.track.fact.MdlLife.State;

/**
 * Locked pages are not unlocked: their MDL is freed with the lock, or the driver is unloaded with
 * it. Or, which may be a cache and is only suspected: MDLs pile up that were locked at one place,
 * served one operation each and rest since. The pages of an MDL of an IRP are unlocked by the I/O
 * manager, unseen.
 */
public final class PagesNeverUnlocked {
  private static final Setting IDLE =
      Setting.seconds(
          "WSK-BUF-011.idle",
          "a locked MDL that served one call and rests so long may be lost",
          10);

  private static final Setting COUNT =
      Setting.count(
          "WSK-BUF-011.count", "so many such MDLs from one place are more than a cache", 256);

  public static final Rule RULE =
      Rule.declare("WSK-BUF-011", "Locked pages never unlocked")
          .error(Effect.LEAK)
          .proved()
          .needs(Need.MDL_CALLS)
          .title("Pages of MDL {mdl} were still locked when {how}")
          .why(
              "Nobody can unlock these pages any more: they are in memory until the machine restarts. Pages of a program make its process"
                  + " end with bugcheck 0x76, an unload of the driver ends with 0xCB under Driver Verifier, and after some ten thousand calls"
                  + " MmProbeAndLockPages raises for everybody.")
          .fix("Call MmUnlockPages before IoFreeMdl, in one function that does both.")
          .source("windows-hardware/drivers/ddi/wdm/nf-wdm-mmprobeandlockpages")
          .settings(IDLE, COUNT)
          .judgedBy(PagesNeverUnlocked::new);

  private final Trial trial;

  private PagesNeverUnlocked(Trial trial) {
    this.trial = trial;
    trial.on(MdlFree.class, this::freed);
    trial.on(DriverUnloadExit.class, this::unloaded);
    new IdleMdls(trial, IDLE, COUNT, mdl -> mdl.owned() ? mdl.lock() : null, this::piled);
  }

  private void freed(MdlFree free) {
    LiveMdl mdl = trial.tracks().mdls().living(free.mdl());
    if (mdl != null && !mdl.holders().isEmpty()) {
      // Freed too early, WSK-BUF-001: the unlock was to come later.
      return;
    }
    // Of an MDL that it knows the capture driver logs the flags.
    boolean locked =
        free.va() != 0
            ? trial.tracks().mdls().isLocked(free.mdlFlags())
            : mdl != null && mdl.lock() != null && mdl.state() == State.LOCKED;
    if (locked) {
      trial.charge(
          Charge.of(trial.event(), "free")
              .with(mdl == null ? null : mdl.lock(), "lock")
              .address("mdl", free.mdl())
              .words("how", "it was freed"));
    }
  }

  private void unloaded(DriverUnloadExit unload) {
    for (LiveMdl mdl : trial.tracks().mdls().living()) {
      TimedEvent lock = mdl.lock();
      if (mdl.client() == unload.header().client()
          && lock != null
          && mdl.owned()
          && mdl.state() == State.LOCKED) {
        trial.charge(
            Charge.of(trial.event(), "unload")
                .with(lock, "lock")
                .blaming(lock)
                .address("mdl", mdl.address())
                .words("how", "its driver was unloaded"));
      }
    }
  }

  private void piled(LiveMdl eldest, TimedEvent lock, long count) {
    trial.charge(
        Charge.late(trial.event())
            .with(lock, "lock")
            .with(eldest.lastUse(), "last use")
            .blaming(lock)
            .saying(
                "Pages of {count} MDLs are locked that served one call each and rest since; MDL {mdl} is the eldest")
            .count("count", count)
            .address("mdl", eldest.address())
            .doubted("they may be a cache"));
  }
}
