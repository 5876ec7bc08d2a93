package org.wsktrace.track.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.wsktrace.event.EventHeader;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent.PoolAlloc;
import org.wsktrace.event.WskEvent.PoolFree;

class PoolTrackerTest {
  private static final EventHeader HEADER = new EventHeader(1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  private static final long PAGED = 1;
  private static final long NON_PAGED = 512;

  private final PoolTracker pool = new PoolTracker();

  @Test
  void anAddressLiesInABlockFromItsFirstByteToItsLast() {
    alloc(0xffffa00000009000L, 0x100, PAGED);

    assertThat(pool.holding(0xffffa00000008fffL)).isNull();
    assertThat(pool.holding(0xffffa00000009000L)).isNotNull();
    assertThat(pool.pagedHolding(0xffffa000000090ffL)).isNotNull();
    assertThat(pool.holding(0xffffa00000009100L)).isNull();
  }

  @Test
  void aBlockEndsWithItsFree() {
    alloc(0x9000, 0x100, PAGED);
    pool.free(new PoolFree(HEADER, 0x9000, 0, 0, 0));

    assertThat(pool.pagedHolding(0x9000)).isNull();
  }

  @Test
  void aBlockReplacesWhatItOverlaps() {
    alloc(0x9000, 0x100, PAGED);
    alloc(0x9200, 0x100, PAGED);
    alloc(0x9400, 0x100, PAGED);
    alloc(0x9080, 0x200, NON_PAGED);

    assertThat(pool.holding(0x9000)).isNull();
    assertThat(pool.pagedHolding(0x9080)).isNull();
    assertThat(pool.pagedHolding(0x9280)).isNull();
    assertThat(pool.pagedHolding(0x9400)).isNotNull();
  }

  @Test
  void theSizeOfAFreedBlockIsThatOfItsAllocationOrOne() {
    alloc(0x9000, 0x100, PAGED);

    assertThat(pool.sizeOf(new PoolFree(HEADER, 0x9000, 0, 0, 0))).isEqualTo(0x100);
    assertThat(pool.sizeOf(new PoolFree(HEADER, 0x9000, 0x40, 0, 0))).isEqualTo(0x40);
    assertThat(pool.sizeOf(new PoolFree(HEADER, 0xa000, 0, 0, 0))).isEqualTo(1);
  }

  /** A POOL_TYPE and POOL_FLAGS have some bits in common and mean different things by them. */
  @ParameterizedTest
  @CsvSource({
    "0, false", // NonPagedPool
    "1, true", // PagedPool
    "5, true", // PagedPoolCacheAligned
    "512, false", // NonPagedPoolNx
    "64, false", // POOL_FLAG_NON_PAGED
    "65, false", // and POOL_FLAG_USE_QUOTA
    "129, false", // POOL_FLAG_NON_PAGED_EXECUTE and POOL_FLAG_USE_QUOTA
    "256, true", // POOL_FLAG_PAGED
    "257, true", // and POOL_FLAG_USE_QUOTA
  })
  void poolTypes(long type, boolean paged) {
    assertThat(PoolTracker.isPaged(new PoolAlloc(HEADER, 0x9000, 1, type, 0))).isEqualTo(paged);
  }

  private void alloc(long block, long size, long type) {
    pool.alloc(new TimedEvent(new PoolAlloc(HEADER, block, size, type, 0), 0));
  }
}
