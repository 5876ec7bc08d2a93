package org.wsktrace.recorder;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.wsktrace.recorder.page.CaptureStart;
import org.wsktrace.recorder.page.Checksum;
import org.wsktrace.recorder.page.FrameWalk;
import org.wsktrace.recorder.page.PageHeader;
import org.wsktrace.recorder.page.PageHeader.PageKey;
import org.wsktrace.recorder.page.PageLayout;

/** What was found in an image so far. Belongs to one thread. */
final class PageIndex {
  /** Bounds the memory of the index: 16 GiB of pages. */
  static final int MAX_PAGES = 1 << 22;

  /** Bounds it too: each capture takes room. A machine has a few. */
  static final int MAX_CAPTURES = 1 << 12;

  /** More damaged pages are not counted. */
  private static final int MAX_DAMAGED = 1 << 16;

  /** A capture without a record is older than any that has one. */
  private static final Comparator<Capture> NEWEST_FIRST =
      Comparator.comparing((Capture capture) -> capture.records() > 0)
          .thenComparing(capture -> capture.start().fileTime(), Long::compareUnsigned)
          .thenComparingLong(capture -> capture.start().ticks())
          .reversed();

  private final Path path;
  private final int maxPages;
  private final Map<CaptureStart, Map<Integer, NavigableMap<Long, Page>>> captures =
      new HashMap<>();
  private final Set<PageHeader.Damaged> damaged = new HashSet<>();
  private final Set<Integer> otherLayouts = new TreeSet<>();
  private final Checksum checksum = new Checksum();
  private final byte[] bytes;
  private final FrameWalk walk;
  private int pages;
  private long copies;

  /**
   * @param bytes where {@link #look} looks
   * @param maxPages {@link #MAX_PAGES} but in tests
   */
  PageIndex(Path path, byte[] bytes, int maxPages) {
    this.path = path;
    this.bytes = bytes;
    this.walk = new FrameWalk(bytes);
    this.maxPages = maxPages;
  }

  /**
   * Looks at what begins as a page does.
   *
   * @param length bytes of it that are there
   * @param offset of it in the file
   * @return how many bytes it covers
   */
  int look(int at, int length, long offset) throws ImageException {
    switch (PageHeader.read(bytes, at, length, checksum)) {
      case PageHeader.Whole whole -> {
        add(whole, at, length, offset);
        return Math.min(length, PageLayout.PAGE_BYTES);
      }
      case PageHeader.Damaged page -> {
        if (damaged.size() < MAX_DAMAGED) {
          damaged.add(page);
        }
      }
      case PageHeader.OtherLayout(int layout) -> otherLayouts.add(layout);
      case PageHeader.None() -> {}
    }
    return Long.BYTES;
  }

  private void add(PageHeader.Whole header, int at, int length, long offset) throws ImageException {
    PageKey key = header.key();
    walk.begin(at, length, key.position(), header.framesHaveCrc());
    int records = 0;
    while (walk.next()) {
      records++;
    }
    var page =
        new Page(
            offset,
            Math.min(length, PageLayout.PAGE_BYTES),
            key.position(),
            header.framesHaveCrc(),
            records,
            walk.damaged());
    Map<Integer, NavigableMap<Long, Page>> rings =
        captures.computeIfAbsent(header.start(), _ -> new HashMap<>());
    if (captures.size() > MAX_CAPTURES) {
      throw new ImageException.TooMuch(path, "of more than %d captures".formatted(MAX_CAPTURES));
    }
    NavigableMap<Long, Page> ring = rings.computeIfAbsent(key.processor(), _ -> new TreeMap<>());
    Page before = ring.get(key.position());
    if (before == null) {
      if (++pages > maxPages) {
        throw new ImageException.TooMuch(path, "of more than %d pages".formatted(maxPages));
      }
      ring.put(key.position(), page);
    } else {
      copies++;
      if (page.isBetterThan(before)) {
        ring.put(key.position(), page);
      }
    }
  }

  /** All of it. */
  Survey survey() {
    List<Capture> found = new ArrayList<>();
    captures.forEach((start, rings) -> found.add(capture(start, rings)));
    found.sort(NEWEST_FIRST);
    return new Survey(path, found, copies, otherLayouts);
  }

  private Capture capture(CaptureStart start, Map<Integer, NavigableMap<Long, Page>> rings) {
    List<Capture.Ring> sorted = new ArrayList<>();
    rings.forEach(
        (processor, pages) -> sorted.add(new Capture.Ring(processor, List.copyOf(pages.values()))));
    sorted.sort(Comparator.comparingInt(Capture.Ring::processor));
    // One of which there is a good copy is none.
    long lost =
        damaged.stream()
            .filter(page -> page.startTime() == start.fileTime())
            .map(PageHeader.Damaged::key)
            .filter(key -> !has(rings.get(key.processor()), key.position()))
            .count();
    return new Capture(start, sorted, lost);
  }

  private static boolean has(@Nullable NavigableMap<Long, Page> ring, long position) {
    return ring != null && ring.containsKey(position);
  }
}
