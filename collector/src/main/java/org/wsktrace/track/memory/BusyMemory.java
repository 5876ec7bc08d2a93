package org.wsktrace.track.memory;

import it.unimi.dsi.fastutil.longs.Long2ObjectOpenHashMap;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Memory that operations in flight need: their IRPs, their MDLs and the bytes that these describe.
 *
 * <p>The address space is a grid of cells, in several sizes: a range lies in the smallest size of
 * cell that is not shorter than the range, and so in two cells at most. A range comes and goes in
 * constant time, whatever else there is.
 *
 * @param <O> an operation
 */
public final class BusyMemory<O extends BusyMemory.Holder> {
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

  /** Who needs memory: it keeps the account of what it holds, which nobody else looks into. */
  public interface Holder {
    Holdings holdings();
  }

  /** What one operation holds. */
  public static final class Holdings {
    /** The newest, which leads to the others. */
    private @Nullable Entry<?> newest;
  }

  /**
   * One range.
   *
   * @param start its first byte; the ranges of IRPs, MDLs and list nodes are only one byte, as
   *     their sizes are not recorded
   * @param size in bytes, not 0
   * @param nonPagedPool of DATA: the MDL was built for nonpaged pool
   */
  public record Range<O extends Holder>(
      long start, long size, Use use, O operation, boolean nonPagedPool) {
    private long last() {
      return start + size - 1;
    }

    private boolean overlaps(long block, long end) {
      return Long.compareUnsigned(start, end) <= 0 && Long.compareUnsigned(last(), block) >= 0;
    }
  }

  /** A range in one cell, or in the list of its operation. */
  private static final class Place<O extends Holder> {
    final Entry<O> entry;
    final long cell;
    @Nullable Place<O> before;
    @Nullable Place<O> behind;

    Place(Entry<O> entry, long cell) {
      this.entry = entry;
      this.cell = cell;
    }
  }

  /** A range and where it is. */
  private static final class Entry<O extends Holder> {
    final Range<O> range;
    final Grid<O> grid;
    Place<O> first;
    @Nullable Place<O> second;
    @Nullable Entry<?> previousOfOperation;
    @Nullable Entry<?> nextOfOperation;

    Entry(Range<O> range, Grid<O> grid) {
      this.range = range;
      this.grid = grid;
      this.first = new Place<>(this, range.start >>> grid.shift);
    }

    void leave() {
      grid.remove(this);
    }
  }

  /** The cells of one size that are not empty. */
  private static final class Grid<O extends Holder> {
    /** A cell has {@code 1 << shift} bytes. */
    final int shift;

    final Long2ObjectOpenHashMap<Place<O>> cells = new Long2ObjectOpenHashMap<>();

    Grid(int shift) {
      this.shift = shift;
    }

    void add(Entry<O> entry) {
      push(entry.first);
      long last = entry.range.last() >>> shift;
      if (last != entry.first.cell) {
        entry.second = new Place<>(entry, last);
        push(entry.second);
      }
    }

    void remove(Entry<O> entry) {
      unlink(entry.first);
      if (entry.second != null) {
        unlink(entry.second);
      }
    }

    private void push(Place<O> place) {
      Place<O> head = cells.put(place.cell, place);
      place.behind = head;
      if (head != null) {
        head.before = place;
      }
    }

    private void unlink(Place<O> place) {
      if (place.behind != null) {
        place.behind.before = place.before;
      }
      if (place.before != null) {
        place.before.behind = place.behind;
      } else if (place.behind != null) {
        cells.put(place.cell, place.behind);
      } else {
        cells.remove(place.cell);
      }
    }

    /** Adds what overlaps the bytes from block to end. */
    void find(long block, long end, List<Entry<O>> found) {
      if (cells.isEmpty()) {
        return;
      }
      long first = block >>> shift;
      long last = end >>> shift;
      if (last - first < cells.size()) {
        for (long cell = first; cell <= last; cell++) {
          find(cells.get(cell), first, block, end, found);
        }
      } else {
        cells.values().forEach(head -> find(head, 0, block, end, found));
      }
    }

    /** A range that lies in two cells is found once: in its first one, unless that is not asked. */
    private void find(
        @Nullable Place<O> head, long firstAsked, long block, long end, List<Entry<O>> found) {
      for (Place<O> place = head; place != null; place = place.behind) {
        Entry<O> entry = place.entry;
        boolean counts = place == entry.first || entry.first.cell < firstAsked;
        if (counts && entry.range.overlaps(block, end)) {
          found.add(entry);
        }
      }
    }
  }

  /** Sizes of cells, as powers of two. The last one is the whole address space. */
  private static final int[] SHIFTS = {12, 16, 20, 26, 32, 63};

  private final List<Grid<O>> grids = new ArrayList<>(SHIFTS.length);

  private int size;

  /** Nothing is busy yet. */
  public BusyMemory() {
    for (int shift : SHIFTS) {
      grids.add(new Grid<>(shift));
    }
  }

  /** The ranges of operations in flight that a block overlaps, in no order. */
  public List<Range<O>> overlapping(long block, long size) {
    List<Range<O>> ranges = new ArrayList<>();
    for (Entry<O> entry : find(block, size)) {
      ranges.add(entry.range);
    }
    return ranges;
  }

  /** One that would reach beyond the end of the address space is cut there. */
  public void add(Range<O> range) {
    if (range.size == 0 || range.start == 0) {
      return;
    }
    Range<O> held = range;
    if (Long.compareUnsigned(range.last(), range.start) < 0) {
      held = new Range<>(range.start, -range.start, range.use, range.operation, range.nonPagedPool);
    }
    var entry = new Entry<>(held, gridFor(held.size));
    entry.grid.add(entry);
    size++;
    Holdings holdings = range.operation.holdings();
    Entry<?> next = holdings.newest;
    holdings.newest = entry;
    entry.nextOfOperation = next;
    if (next != null) {
      next.previousOfOperation = entry;
    }
  }

  /**
   * A block is freed: whatever operations needed of it is lost to them, and its next owner may free
   * it again.
   */
  public void free(long block, long size) {
    find(block, size).forEach(this::remove);
  }

  /** An IRP or MDL is freed or born: it is no longer what an operation was given. */
  public void free(long address, Use use) {
    for (Entry<O> entry : find(address, 1)) {
      if (entry.range.use == use && entry.range.start == address) {
        remove(entry);
      }
    }
  }

  public void remove(O operation) {
    Entry<?> entry = operation.holdings().newest;
    operation.holdings().newest = null;
    while (entry != null) {
      entry.leave();
      size--;
      entry = entry.nextOfOperation;
    }
  }

  private List<Entry<O>> find(long block, long size) {
    if (size == 0 || this.size == 0) {
      return List.of();
    }
    long end = block + size - 1;
    if (Long.compareUnsigned(end, block) < 0) {
      end = -1;
    }
    List<Entry<O>> found = new ArrayList<>(0);
    for (Grid<O> grid : grids) {
      grid.find(block, end, found);
    }
    return found;
  }

  private void remove(Entry<O> entry) {
    entry.leave();
    size--;
    Entry<?> next = entry.nextOfOperation;
    Entry<?> previous = entry.previousOfOperation;
    if (next != null) {
      next.previousOfOperation = previous;
    }
    if (previous != null) {
      previous.nextOfOperation = next;
    } else {
      entry.range.operation.holdings().newest = next;
    }
  }

  private Grid<O> gridFor(long size) {
    for (Grid<O> grid : grids) {
      if (grid.shift == SHIFTS[SHIFTS.length - 1]
          || Long.compareUnsigned(size, 1L << grid.shift) <= 0) {
        return grid;
      }
    }
    throw new IllegalStateException("no cell has " + size + " bytes");
  }
}
