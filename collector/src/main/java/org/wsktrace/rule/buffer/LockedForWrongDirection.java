package org.wsktrace.rule.buffer;

import org.jspecify.annotations.Nullable;
import org.wsktrace.event.MdlSnap;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent.MdlLock;
import org.wsktrace.event.WskEvent.MdlUnlock;
import org.wsktrace.event.WskEvent.RecvEnter;
import org.wsktrace.event.WskEvent.SendEnter;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Need;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Severity;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveMdl;
import org.wsktrace.track.Memo;

/**
 * A receive into pages that are locked for reading; or, as a note, pages that were locked for
 * writing and only ever sent. The latter is said when they are unlocked, as one MDL may serve both
 * directions. The lock of a partial MDL is that of its source.
 */
public final class LockedForWrongDirection {
  public static final Rule RULE =
      Rule.declare("WSK-BUF-014", "Pages locked for the wrong direction")
          .error(Effect.CORRUPTION)
          .proved()
          .needs(Need.CALLS, Need.MDL_CALLS)
          .title("{call} is to write to MDL {mdl}, whose pages are locked with IoReadAccess")
          .why(
              "Pages that are locked for reading need not be writable: they may be shared with others or backed by a file that is not"
                  + " written back, so what is received is lost or appears where it must not. Locking for writing what is only sent makes"
                  + " the memory manager copy and write back pages for nothing.")
          .fix(
              "Lock with IoWriteAccess or IoModifyAccess for a receive, with IoReadAccess for a send.")
          .source("windows-hardware/drivers/ddi/wdm/nf-wdm-mmprobeandlockpages")
          .judgedBy(LockedForWrongDirection::new);

  /** IoReadAccess of LOCK_OPERATION (wdm.h); the others write. */
  private static final int READ_ACCESS = 0;

  /** MDL_WRITE_OPERATION of wdm.h: the last lock was for writing. */
  private static final int LOCKED_FOR_WRITING = 0x80;

  /** What the pages of one lock were used for. */
  private static final class Uses {
    private long lock;
    private @Nullable TimedEvent send;
    private boolean received;

    /** Of this lock, not of one before it. */
    Uses since(TimedEvent now) {
      if (lock != now.seq()) {
        lock = now.seq();
        send = null;
        received = false;
      }
      return this;
    }
  }

  private final Trial trial;
  private final Memo<LiveMdl, Uses> uses;

  private LockedForWrongDirection(Trial trial) {
    this.trial = trial;
    this.uses = trial.tracks().mdls().memo(Uses::new);
    trial.on(RecvEnter.class, this::received);
    trial.on(SendEnter.class, this::sent);
    trial.on(MdlUnlock.class, this::unlocked);
  }

  private void received(RecvEnter receive) {
    for (MdlSnap snap : receive.mdlSnaps()) {
      LiveMdl mdl = locked(snap);
      TimedEvent lock = mdl == null ? null : mdl.lock();
      if (mdl != null && lock != null) {
        uses.of(mdl).since(lock).received = true;
        if (access(lock) == READ_ACCESS && (snap.mdlFlags() & LOCKED_FOR_WRITING) == 0) {
          trial.charge(
              Charge.of(trial.event(), "enter")
                  .with(lock, "lock")
                  .blaming(lock)
                  .words("call", receive.verb().label())
                  .address("mdl", snap.ptr()));
        }
      }
    }
  }

  private void sent(SendEnter send) {
    for (MdlSnap snap : send.mdlSnaps()) {
      LiveMdl mdl = locked(snap);
      TimedEvent lock = mdl == null ? null : mdl.lock();
      if (mdl != null && lock != null && access(lock) != READ_ACCESS) {
        uses.of(mdl).since(lock).send = trial.event();
      }
    }
  }

  private void unlocked(MdlUnlock unlock) {
    LiveMdl mdl = trial.tracks().mdls().living(unlock.mdl());
    TimedEvent lock = mdl == null ? null : mdl.lock();
    Uses known = mdl == null || lock == null ? null : uses.known(mdl);
    if (known != null && known.lock == lock.seq() && known.send != null && !known.received) {
      trial.charge(
          Charge.of(trial.event(), "unlock")
              .saying("Pages of MDL {mdl} were locked for writing, and only sent")
              .as(Severity.NOTE)
              .with(lock, "lock")
              .with(known.send, "enter")
              .blaming(lock)
              .address("mdl", unlock.mdl()));
    }
  }

  /** The MDL that holds the lock; null when it is not known. */
  private @Nullable LiveMdl locked(MdlSnap snap) {
    if (trial.tracks().mdls().isNonPagedPool(snap.mdlFlags())) {
      return null;
    }
    LiveMdl mdl = trial.tracks().mdls().living(snap.ptr());
    return mdl != null && mdl.source() != null ? mdl.source() : mdl;
  }

  private static int access(TimedEvent lock) {
    return ((MdlLock) lock.event()).access();
  }
}
