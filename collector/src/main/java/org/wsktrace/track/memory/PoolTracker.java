package org.wsktrace.track.memory;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.wsktrace.event.WskEvent.PoolAlloc;
import org.wsktrace.event.WskEvent.PoolFree;

/**
 * The sizes of pool blocks, as ExFreePool does not get them. Bounded: the eldest block is
 * forgotten.
 */
public final class PoolTracker {
  private static final int MAX_BLOCKS = 1 << 18;

  /** Set in the POOL_TYPE and in the POOL_FLAGS of paged pool (wdm.h). */
  private static final long PAGED = 0x1 | 0x100;

  private final Map<Long, PoolAlloc> blocks = new LinkedHashMap<>();

  /** Bytes of the block that is freed; 1 when unknown, as the block has at least its first byte. */
  public long sizeOf(PoolFree free) {
    PoolAlloc alloc = blocks.get(free.block());
    long known = free.size() != 0 || alloc == null ? free.size() : alloc.size();
    return known == 0 ? 1 : known;
  }

  /**
   * True when it is known that the block was allocated from nonpaged pool. The free knows the type
   * when it knows the size.
   */
  public boolean isNonPaged(PoolFree free) {
    if (free.size() != 0) {
      return (free.poolType() & PAGED) == 0;
    }
    PoolAlloc alloc = blocks.get(free.block());
    return alloc != null && (alloc.poolType() & PAGED) == 0;
  }

  public void alloc(PoolAlloc alloc) {
    blocks.put(alloc.block(), alloc);
    if (blocks.size() > MAX_BLOCKS) {
      Iterator<PoolAlloc> eldest = blocks.values().iterator();
      eldest.next();
      eldest.remove();
    }
  }

  public void free(PoolFree free) {
    blocks.remove(free.block());
  }
}
