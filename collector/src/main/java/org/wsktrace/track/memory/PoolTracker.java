package org.wsktrace.track.memory;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent.PoolAlloc;
import org.wsktrace.event.WskEvent.PoolBlock;
import org.wsktrace.event.WskEvent.PoolFree;

/**
 * The pool blocks that the trace tells of: their sizes, as ExFreePool does not get them, and which
 * block an address lies in. A block that overlaps older ones replaces them: their frees were not
 * seen. Bounded: the eldest block is forgotten.
 */
public final class PoolTracker {
  private static final int MAX_BLOCKS = 1 << 18;

  /** A POOL_TYPE has its lowest bit set for paged pool (wdm.h) ... */
  private static final long PAGED_TYPE = 0x1;

  /** ... and POOL_FLAGS have a bit of their own, where the lowest one asks for quota. */
  private static final long PAGED_FLAG = 0x100;

  private static final long NON_PAGED_FLAGS = 0x40 | 0x80;

  /** By its start, in the order of their allocations. */
  private final Map<Long, TimedEvent> blocks = new LinkedHashMap<>();

  /** By its start, as unsigned numbers. */
  private final NavigableMap<Long, TimedEvent> byStart = new TreeMap<>(Long::compareUnsigned);

  private int paged;

  /** Bytes of the block that is freed; 1 when unknown, as the block has at least its first byte. */
  public long sizeOf(PoolFree free) {
    TimedEvent alloc = blocks.get(free.block());
    return Math.max(1, free.size() != 0 || alloc == null ? free.size() : block(alloc).size());
  }

  /**
   * True when it is known that the block was allocated from nonpaged pool. The free knows the type
   * when it knows the size.
   */
  public boolean isNonPaged(PoolFree free) {
    if (free.size() != 0) {
      return !isPaged(free);
    }
    TimedEvent alloc = blocks.get(free.block());
    return alloc != null && !isPaged(block(alloc));
  }

  /** Of paged pool, as its allocation or its free says. */
  public static boolean isPaged(PoolBlock block) {
    long type = block.poolType();
    return (type & PAGED_FLAG) != 0 || ((type & PAGED_TYPE) != 0 && (type & NON_PAGED_FLAGS) == 0);
  }

  /** The allocation of the block that an address lies in; null when none is known. */
  public @Nullable TimedEvent holding(long address) {
    Map.Entry<Long, TimedEvent> below = byStart.floorEntry(address);
    return below != null && reaches(block(below.getValue()), address) ? below.getValue() : null;
  }

  /** A block of paged pool is known. */
  public boolean hasPaged() {
    return paged != 0;
  }

  /** The allocation of the block of paged pool that an address lies in; null when none is known. */
  public @Nullable TimedEvent pagedHolding(long address) {
    if (paged == 0 || address == 0) {
      return null;
    }
    TimedEvent alloc = holding(address);
    return alloc != null && isPaged(block(alloc)) ? alloc : null;
  }

  /**
   * @param timed a PoolAlloc
   */
  public void alloc(TimedEvent timed) {
    PoolAlloc alloc = block(timed);
    long start = alloc.block();
    long last = start + Math.max(1, alloc.size()) - 1;
    long end = Long.compareUnsigned(last, start) < 0 ? -1L : last;
    Map.Entry<Long, TimedEvent> before = byStart.floorEntry(start);
    if (before != null && reaches(block(before.getValue()), start)) {
      forget(before.getKey());
    }
    for (Long next = byStart.ceilingKey(start);
        next != null && Long.compareUnsigned(next, end) <= 0;
        next = byStart.ceilingKey(start)) {
      forget(next);
    }
    blocks.put(start, timed);
    byStart.put(start, timed);
    paged += isPaged(alloc) ? 1 : 0;
    if (blocks.size() > MAX_BLOCKS) {
      Iterator<Long> eldest = blocks.keySet().iterator();
      forget(eldest.next());
    }
  }

  public void free(PoolFree free) {
    forget(free.block());
  }

  private void forget(long start) {
    TimedEvent gone = blocks.remove(start);
    if (gone != null) {
      byStart.remove(start);
      paged -= isPaged(block(gone)) ? 1 : 0;
    }
  }

  private static boolean reaches(PoolAlloc alloc, long address) {
    return Long.compareUnsigned(address - alloc.block(), Math.max(1, alloc.size())) < 0;
  }

  private static PoolAlloc block(TimedEvent timed) {
    return (PoolAlloc) timed.event();
  }
}
