package org.wsktrace.track.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.wsktrace.track.memory.BusyMemory.Holdings;
import org.wsktrace.track.memory.BusyMemory.Range;
import org.wsktrace.track.memory.BusyMemory.Use;

/** The index finds what a look at every range finds. */
class BusyMemoryTest {
  @Test
  void findsExactlyWhatOverlaps() {
    long seed = Long.getLong("wsktrace.seed", System.nanoTime());
    System.out.println("BusyMemoryTest: -Dwsktrace.seed=" + seed);
    var random = new Random(seed);
    var busy = new BusyMemory<Owner>();
    List<Range<Owner>> all = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      long block = address(random);
      long size = size(random);
      switch (random.nextInt(4)) {
        case 0 -> {
          var range = new Range<Owner>(block, size, Use.DATA, new Owner(), false);
          busy.add(range);
          all.add(range);
        }
        case 1 -> {
          if (!all.isEmpty()) {
            Range<Owner> gone = all.remove(random.nextInt(all.size()));
            busy.remove(gone.operation());
          }
        }
        case 2 -> {
          if (random.nextInt(10) == 0) {
            busy.free(block, size);
            all.removeIf(range -> overlap(range, block, size));
          }
        }
        default ->
            assertThat(busy.overlapping(block, size))
                .containsExactlyInAnyOrderElementsOf(
                    all.stream().filter(range -> overlap(range, block, size)).toList());
      }
    }
  }

  @Test
  void aBlockUpToTheEndOfTheAddressSpaceOverlapsWhatIsBehindItsStart() {
    var busy = new BusyMemory<Owner>();
    var range = new Range<Owner>(0xfffff80000000000L, 10, Use.DATA, new Owner(), false);
    busy.add(range);

    assertThat(busy.overlapping(0xffff800000000000L, -1)).containsExactly(range);
    assertThat(busy.overlapping(0xfffff8000000000aL, -1)).isEmpty();
  }

  /** Of every size of cell. */
  private static long size(Random random) {
    return random.nextInt(4) == 0
        ? 1L + random.nextLong(1L << random.nextInt(36))
        : 1L + random.nextInt(40);
  }

  /** Around the middle of the address space too, where signed numbers would go wrong. */
  private static long address(Random random) {
    return (random.nextBoolean() ? 0x7fffffffffffff00L : 0xfffff80000000000L) + random.nextInt(600);
  }

  private static boolean overlap(Range<?> range, long block, long size) {
    return Long.compareUnsigned(range.start(), block + size) < 0
        && Long.compareUnsigned(block, range.start() + range.size()) < 0;
  }

  private static final class Owner implements BusyMemory.Holder {
    private final Holdings holdings = new Holdings();

    @Override
    public Holdings holdings() {
      return holdings;
    }
  }
}
