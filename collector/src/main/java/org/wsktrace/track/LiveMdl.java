package org.wsktrace.track;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.wsktrace.event.MdlKind;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.track.fact.MdlLife;
import org.wsktrace.track.fact.MdlLife.State;
import org.wsktrace.track.fact.Moment;

/** An MDL that was not freed, or that an operation still refers to. */
public final class LiveMdl extends Live {
  private final long id;
  private final long address;
  private final int client;
  private final MdlKind kind;
  private final Moment begin;
  final Set<LiveOperation> holders = new LinkedHashSet<>(2);
  State state = State.RAW;

  /** False as long as only its adoption is known, which tells an address and not what was done. */
  boolean stateSeen = true;

  boolean nonPagedPool;
  int lockBalance;
  long va;
  long byteCount;

  LiveMdl(long id, long address, int client, MdlKind kind, TimedEvent first) {
    this.id = id;
    this.address = address;
    this.client = client;
    this.kind = kind;
    this.begin = Moment.of(first);
  }

  public long id() {
    return id;
  }

  public long address() {
    return address;
  }

  public State state() {
    return state;
  }

  /** Describes nonpaged pool, as its flags or MmBuildMdlForNonPagedPool said. */
  public boolean nonPagedPool() {
    return nonPagedPool;
  }

  /**
   * The operations in flight that were given it, first come first. It is busy when there is one.
   */
  public Set<LiveOperation> holders() {
    return Collections.unmodifiableSet(holders);
  }

  MdlLife fact(@Nullable Moment end) {
    return new MdlLife(id, address, client, kind, begin, end, state, lockBalance, va, byteCount);
  }
}
