package org.wsktrace.track;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
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
  private final List<LiveOperation> holders = new ArrayList<>(1);
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
  public List<LiveOperation> holders() {
    return Collections.unmodifiableList(holders);
  }

  /** An operation may be given an MDL twice. */
  void hold(LiveOperation operation) {
    if (!holders.contains(operation)) {
      holders.add(operation);
    }
  }

  void release(LiveOperation operation) {
    holders.remove(operation);
  }

  MdlLife fact(@Nullable Moment end) {
    return new MdlLife(id, address, client, kind, begin, end, state, lockBalance, va, byteCount);
  }
}
