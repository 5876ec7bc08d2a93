package org.wsktrace.track;

import java.util.Collection;
import java.util.LinkedHashSet;
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
  private int pointerSize = 8;

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

  /** All that live, eldest first. */
  public Collection<LiveMdl> living() {
    return lives.living();
  }

  public boolean isLocked(int mdlFlags) {
    return (mdlFlags & pagesLocked) != 0;
  }

  public boolean isNonPagedPool(int mdlFlags) {
    return (mdlFlags & sourceIsNonPagedPool) != 0;
  }

  public boolean isPartial(int mdlFlags) {
    return (mdlFlags & partial) != 0;
  }

  /**
   * An address of a program, not of the system: where its MDL lies is system space on every
   * machine, whatever the size of its addresses.
   */
  public boolean isUserAddress(long va, long mdl) {
    long systemBit = pointerSize == 4 ? 1L << 31 : 1L << 63;
    return (va & systemBit) == 0 && (mdl & systemBit) != 0;
  }

  void session(SessionInfo info) {
    pagesLocked = orDefault(info.mdlPagesLocked(), pagesLocked);
    sourceIsNonPagedPool = orDefault(info.mdlSourceIsNonPagedPool(), sourceIsNonPagedPool);
    partial = orDefault(info.mdlPartial(), partial);
    pointerSize = orDefault(info.pointerSize(), pointerSize);
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
      case MdlLock lock -> {
        if (lock.status() >= 0) {
          mdl.lockBalance++;
          mdl.lock = timed;
        }
      }
      case MdlUnlock _ -> {
        mdl.lockBalance--;
        mdl.lock = null;
        mdl.unlock = timed;
      }
      case MdlFree _ -> {
        retire(call.mdl(), timed);
        mdl.state = State.FREED;
      }
      case MdlBuild _ -> {
        mdl.nonPagedPool = true;
        mdl.description = timed;
      }
      case MdlPartial partial -> {
        mdl.nonPagedPool = false;
        mdl.description = timed;
        detach(mdl);
        attach(mdl, partial.sourceMdl() == mdl.address() ? null : living(partial.sourceMdl()));
      }
      case MdlPrepareReuse _ -> {
        mdl.nonPagedPool = false;
        mdl.description = null;
        detach(mdl);
      }
      case MdlAdvance _ -> {}
    }
    if (call.va() != 0 && !(call instanceof MdlFree)) {
      mdl.va = call.va();
      mdl.byteCount = call instanceof MdlAdvance ? mdl.byteCount : call.length();
    }
  }

  private static void attach(LiveMdl part, @Nullable LiveMdl source) {
    if (source != null) {
      part.source = source;
      if (source.parts == null) {
        source.parts = new LinkedHashSet<>(2);
      }
      source.parts.add(part);
    }
  }

  private static void detach(LiveMdl part) {
    if (part.source != null && part.source.parts != null) {
      part.source.parts.remove(part);
    }
    part.source = null;
  }

  /** An operation was given the MDL. */
  void hold(TimedEvent timed, MdlSnap snap, LiveOperation operation) {
    LiveMdl mdl = lives.living(snap.ptr());
    if (mdl == null || !mdl.stateSeen) {
      // Adopted here, or by the capture driver a moment ago.
      mdl = use(snap.ptr(), timed);
      mdl.state = stateOf(snap.mdlFlags());
      mdl.stateSeen = true;
    } else if (mdl.state == State.RAW) {
      // Somebody else may have locked it or described memory with it: its flags know.
      mdl.state = stateOf(snap.mdlFlags());
    }
    mdl.nonPagedPool |= (snap.mdlFlags() & sourceIsNonPagedPool) != 0;
    mdl.va = snap.startVa() + snap.byteOffset();
    mdl.byteCount = snap.byteCount();
    mdl.operations++;
    if (operation.observable()) {
      mdl.hold(operation);
    }
    operation.add(
        mdl, new Operation.Buffer(mdl.id(), mdl.address(), mdl.va, mdl.byteCount, snap.mdlFlags()));
  }

  /** The operation completed, or is given up. */
  void release(LiveOperation operation) {
    for (LiveOperation.Part part : operation.parts()) {
      part.mdl().release(operation);
      part.mdl().lastUse = operation.completion();
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
      detach(mdl);
      mdl.parts().forEach(part -> part.source = null);
      mdl.parts = null;
    }
  }

  private static int orDefault(int recorded, int known) {
    return recorded == 0 ? known : recorded;
  }
}
