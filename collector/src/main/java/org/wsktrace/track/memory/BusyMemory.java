package org.wsktrace.track.memory;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Memory that operations in flight need: their IRPs, their MDLs and the bytes that these describe.
 *
 * @param <O> an operation; told apart by identity
 */
public final class BusyMemory<O> {
  /** What an operation needs a range for. */
  public enum Use {
    IRP,
    MDL,
    DATA,
    /** What an argument of the call points to. */
    ARGUMENT,
    /** A WSK_BUF_LIST. */
    LIST_NODE
  }

  /**
   * One range.
   *
   * @param start its first byte; the ranges of IRPs, MDLs and list nodes are only one byte, as
   *     their sizes are not recorded
   * @param size in bytes, not 0
   * @param nonPagedPool of DATA: the MDL was built for nonpaged pool
   */
  public record Range<O>(long start, long size, Use use, O operation, boolean nonPagedPool) {}

  /** By start, as unsigned numbers: kernel addresses are negative ones. */
  private final NavigableMap<Long, List<Range<O>>> byStart = new TreeMap<>(Long::compareUnsigned);

  private final IdentityHashMap<O, List<Range<O>>> byOperation = new IdentityHashMap<>();

  /** No range is longer; it only grows. */
  private long longest;

  /** The ranges of operations in flight that a block overlaps, highest address first. */
  public List<Range<O>> overlapping(long block, long size) {
    List<Range<O>> found = new ArrayList<>();
    if (size == 0) {
      return found;
    }
    long end = block + size - 1;
    Long start = byStart.floorKey(Long.compareUnsigned(end, block) < 0 ? -1L : end);
    while (start != null && mayReach(start, block)) {
      for (Range<O> range : byStart.get(start)) {
        if (startsInside(start, block) || covers(range, block)) {
          found.add(range);
        }
      }
      start = byStart.lowerKey(start);
    }
    return found;
  }

  private boolean mayReach(long start, long block) {
    return startsInside(start, block) || Long.compareUnsigned(block - start, longest) < 0;
  }

  private static boolean startsInside(long start, long block) {
    return Long.compareUnsigned(start, block) >= 0;
  }

  private static boolean covers(Range<?> range, long address) {
    return Long.compareUnsigned(address - range.start, range.size) < 0;
  }

  public void add(Range<O> range) {
    if (range.size == 0 || range.start == 0) {
      return;
    }
    byStart.computeIfAbsent(range.start, _ -> new ArrayList<>(1)).add(range);
    byOperation.computeIfAbsent(range.operation, _ -> new ArrayList<>(4)).add(range);
    longest = Math.max(longest, range.size);
  }

  /**
   * A block is freed: whatever operations needed of it is lost to them, and its next owner may free
   * it again.
   */
  public void free(long block, long size) {
    overlapping(block, size).forEach(this::remove);
  }

  /** An IRP or MDL is freed or born: it is no longer what an operation was given. */
  public void free(long address, Use use) {
    List<Range<O>> same = byStart.getOrDefault(address, List.of());
    same.stream().filter(range -> range.use == use).toList().forEach(this::remove);
  }

  private void remove(Range<O> range) {
    List<Range<O>> same = byStart.get(range.start);
    List<Range<O>> own = byOperation.get(range.operation);
    if (same != null && own != null && same.remove(range)) {
      own.remove(range);
      if (same.isEmpty()) {
        byStart.remove(range.start);
      }
    }
  }

  public void remove(O operation) {
    List<Range<O>> ranges = byOperation.remove(operation);
    if (ranges == null) {
      return;
    }
    for (Range<O> range : ranges) {
      List<Range<O>> same = byStart.get(range.start);
      if (same != null && same.remove(range) && same.isEmpty()) {
        byStart.remove(range.start);
      }
    }
  }
}
