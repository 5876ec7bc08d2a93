package org.wsktrace.track;

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

  private final Map<Long, Long> sizes = new LinkedHashMap<>();

  /** Bytes of the block that is freed; 1 when unknown, as the block has at least its first byte. */
  public long sizeOf(PoolFree free) {
    return free.size() != 0 ? free.size() : Math.max(1, sizes.getOrDefault(free.block(), 1L));
  }

  void alloc(PoolAlloc alloc) {
    sizes.put(alloc.block(), alloc.size());
    if (sizes.size() > MAX_BLOCKS) {
      Iterator<Long> eldest = sizes.values().iterator();
      eldest.next();
      eldest.remove();
    }
  }

  void free(PoolFree free) {
    sizes.remove(free.block());
  }
}
