package org.wsktrace.track;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.wsktrace.event.MdlKind;
import org.wsktrace.event.MdlSnap;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent.MdlAdvance;
import org.wsktrace.event.WskEvent.MdlBirth;
import org.wsktrace.event.WskEvent.MdlBuild;
import org.wsktrace.event.WskEvent.MdlCall;
import org.wsktrace.event.WskEvent.MdlFree;
import org.wsktrace.event.WskEvent.MdlLock;
import org.wsktrace.event.WskEvent.MdlPartial;
import org.wsktrace.event.WskEvent.MdlPrepareReuse;
import org.wsktrace.event.WskEvent.MdlUnlock;
import org.wsktrace.event.WskEvent.SessionInfo;
import org.wsktrace.track.fact.FactSink;
import org.wsktrace.track.fact.MdlLife.State;
import org.wsktrace.track.fact.Moment;
import org.wsktrace.track.fact.Operation;

/** The lives of MDLs, and which operations hold them. */
public final class MdlTracker {
  private final Lives<LiveMdl> lives;
  private final Memo.Numbers<LiveMdl> memos = new Memo.Numbers<>();
  private final FactSink facts;

  /** MDL_ bits of the traced machine; those of wdm.h until its SessionInfo comes. */
  private int pagesLocked = 0x2;

  private int sourceIsNonPagedPool = 0x4;
  private int partial = 0x10;

  MdlTracker(FactSink facts) {
    this.facts = facts;
    this.lives = new Lives<>(mdl -> facts.accept(mdl.fact(null)));
  }

  /**
   * The transitions; a free ends the life and has no row. Being held by operations is apart from
   * the state.
   */
  private static State next(State from, MdlCall call) {
    return switch (call) {
      // The source is nonpaged pool, or locked by somebody else.
      case MdlBuild _, MdlPartial _ -> State.DESCRIBED;
      // The status is that of the exception; 0 when it did not raise one.
      case MdlLock lock -> lock.status() >= 0 ? State.LOCKED : from;
      // Of DESCRIBED it is illegal, WSK-BUF-012.
      case MdlUnlock _ -> from == State.LOCKED ? State.RAW : from;
      case MdlPrepareReuse _ -> State.RAW;
      case MdlAdvance _, MdlFree _ -> from;
    };
  }

  /** Something to remember of each MDL as long as it lives. */
  public <T> Memo<LiveMdl, T> memo(Supplier<T> fresh) {
    return memos.memo(fresh);
  }

  /** The holder of an address; null when none was seen. */
  public @Nullable LiveMdl living(long address) {
    return lives.living(address);
  }

  public boolean isLocked(int mdlFlags) {
    return (mdlFlags & pagesLocked) != 0;
  }

  void session(SessionInfo info) {
    pagesLocked = orDefault(info.mdlPagesLocked(), pagesLocked);
    sourceIsNonPagedPool = orDefault(info.mdlSourceIsNonPagedPool(), sourceIsNonPagedPool);
    partial = orDefault(info.mdlPartial(), partial);
  }

  void birth(TimedEvent timed, MdlBirth birth) {
    retire(birth.mdl(), timed);
    LiveMdl mdl = bear(birth.mdl(), birth.kind(), timed);
    mdl.va = birth.va();
    mdl.byteCount = birth.length();
    mdl.stateSeen = birth.kind() != MdlKind.ADOPTED;
  }

  void call(TimedEvent timed, MdlCall call) {
    if (call instanceof MdlFree
        && lives.living(call.mdl()) == null
        && lives.dead(call.mdl()) != null) {
      return;
    }
    LiveMdl mdl = use(call.mdl(), timed);
    mdl.state = next(mdl.state, call);
    mdl.stateSeen = true;
    switch (call) {
      case MdlLock lock -> mdl.lockBalance += lock.status() >= 0 ? 1 : 0;
      case MdlUnlock _ -> mdl.lockBalance--;
      case MdlFree _ -> {
        retire(call.mdl(), timed);
        mdl.state = State.FREED;
      }
      case MdlBuild _ -> mdl.nonPagedPool = true;
      case MdlPartial _, MdlPrepareReuse _ -> mdl.nonPagedPool = false;
      case MdlAdvance _ -> {}
    }
  }

  /** An operation was given the MDL. */
  void hold(TimedEvent timed, MdlSnap snap, LiveOperation operation) {
    LiveMdl mdl = lives.living(snap.ptr());
    if (mdl == null || !mdl.stateSeen) {
      // Adopted here, or by the capture driver a moment ago.
      mdl = use(snap.ptr(), timed);
      mdl.state = stateOf(snap.mdlFlags());
      mdl.stateSeen = true;
    }
    mdl.nonPagedPool |= (snap.mdlFlags() & sourceIsNonPagedPool) != 0;
    mdl.va = snap.startVa() + snap.byteOffset();
    mdl.byteCount = snap.byteCount();
    if (operation.observable()) {
      mdl.hold(operation);
    }
    operation.add(
        new LiveOperation.Part(
            mdl,
            new Operation.Buffer(mdl.id(), mdl.address(), mdl.va, mdl.byteCount, snap.mdlFlags())));
  }

  /** The operation completed, or is given up. */
  void release(LiveOperation operation) {
    for (LiveOperation.Part part : operation.parts()) {
      part.mdl().release(operation);
    }
  }

  void end() {
    lives.drain().forEach(mdl -> facts.accept(mdl.fact(null)));
  }

  private State stateOf(int mdlFlags) {
    if (isLocked(mdlFlags)) {
      return State.LOCKED;
    }
    return (mdlFlags & (sourceIsNonPagedPool | partial)) != 0 ? State.DESCRIBED : State.RAW;
  }

  private LiveMdl use(long address, TimedEvent timed) {
    LiveMdl living = lives.living(address);
    return living != null ? living : bear(address, MdlKind.ADOPTED, timed);
  }

  private LiveMdl bear(long address, MdlKind kind, TimedEvent timed) {
    var mdl = new LiveMdl(lives.nextId(), address, timed.event().header().client(), kind, timed);
    lives.bear(address, mdl);
    return mdl;
  }

  private void retire(long address, TimedEvent by) {
    LiveMdl mdl = lives.living(address);
    if (mdl != null) {
      facts.accept(mdl.fact(Moment.of(by)));
      lives.bury(address, mdl);
    }
  }

  private static int orDefault(int recorded, int known) {
    return recorded == 0 ? known : recorded;
  }
}
