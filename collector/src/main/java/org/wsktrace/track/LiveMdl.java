package org.wsktrace.track;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.wsktrace.event.MdlKind;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent.MdlBirth;
import org.wsktrace.track.fact.MdlLife;
import org.wsktrace.track.fact.MdlLife.State;
import org.wsktrace.track.fact.Moment;

/** An MDL that was not freed, or that an operation still refers to. */
public final class LiveMdl extends Live {
  private final long id;
  private final long address;
  private final int client;
  private final MdlKind kind;
  private final TimedEvent first;
  private final boolean ofIrp;
  private final List<LiveOperation> holders = new ArrayList<>(1);
  State state = State.RAW;

  /** False as long as only its adoption is known, which tells an address and not what was done. */
  boolean stateSeen = true;

  boolean nonPagedPool;
  int lockBalance;
  @Nullable TimedEvent lock;
  @Nullable TimedEvent unlock;
  @Nullable TimedEvent description;
  @Nullable LiveMdl source;
  @Nullable TimedEvent lastUse;
  long operations;

  /** Partial MDLs that describe pages of this one; null as long as there was none. */
  @Nullable Set<LiveMdl> parts;

  long va;
  long byteCount;

  LiveMdl(long id, long address, int client, MdlKind kind, TimedEvent first) {
    this.id = id;
    this.address = address;
    this.client = client;
    this.kind = kind;
    this.first = first;
    this.ofIrp = first.event() instanceof MdlBirth birth && birth.irp() != 0;
  }

  public long id() {
    return id;
  }

  public long address() {
    return address;
  }

  /** Of the driver that allocated it, or used it first. */
  public int client() {
    return client;
  }

  /** The call that allocated it, or what it was first seen in. */
  public TimedEvent first() {
    return first;
  }

  /**
   * The driver allocated it before our eyes, and for itself: no other is to free it. One that was
   * allocated for an IRP is unlocked and freed by the I/O manager, unseen, where that IRP is
   * completed.
   */
  public boolean owned() {
    return kind == MdlKind.IO_ALLOCATE_MDL && !ofIrp;
  }

  public State state() {
    return state;
  }

  /** False as long as nothing was seen that tells the state. */
  public boolean stateSeen() {
    return stateSeen;
  }

  /** The MmProbeAndLockPages that its pages are locked by; null when they are not, or unseen. */
  public @Nullable TimedEvent lock() {
    return lock;
  }

  /** The last MmUnlockPages. */
  public @Nullable TimedEvent unlock() {
    return unlock;
  }

  /** The MmBuildMdlForNonPagedPool or IoBuildPartialMdl that it is DESCRIBED by. */
  public @Nullable TimedEvent description() {
    return description;
  }

  /** Of a partial MDL: the one whose pages it describes. */
  public @Nullable LiveMdl source() {
    return source;
  }

  /** Partial MDLs that describe pages of this one. */
  public Set<LiveMdl> parts() {
    return parts == null ? Set.of() : Collections.unmodifiableSet(parts);
  }

  /** The completion of the last operation that held it. */
  public @Nullable TimedEvent lastUse() {
    return lastUse;
  }

  /** How many operations were given it. */
  public long operations() {
    return operations;
  }

  /** First byte that it describes, as last seen. */
  public long va() {
    return va;
  }

  /** As last seen. */
  public long byteCount() {
    return byteCount;
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
    return new MdlLife(
        id, address, client, kind, Moment.of(first), end, state, lockBalance, va, byteCount);
  }
}
