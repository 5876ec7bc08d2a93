package org.wsktrace.etl;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.wsktrace.etl.compress.Compression;

/** What one session wrote into a file: its buffers that have events, by processor. */
final class Recording {
  /**
   * A buffer with events.
   *
   * @param position of the buffer in the file
   * @param filled bytes to the end of its events, as far as the file goes; of a compressed buffer,
   *     when it is uncompressed
   * @param packed bytes of it that are in the file, if it is compressed; 0 otherwise
   * @param firstTime ticks of its first event
   * @param cut whether the file ends inside the buffer
   */
  record Entry(long position, int filled, int packed, long firstTime, boolean cut) {
    boolean compressed() {
      return packed > 0;
    }

    /** Where its events end in the file, or would, if it were not compressed. */
    long end() {
      return position + filled;
    }
  }

  /** The buffers of one processor. */
  static final class Processor {
    private final int number;
    private final List<Entry> buffers = new ArrayList<>();
    private int largest;
    private int largestCompressed;

    private Processor(int number) {
      this.number = number;
    }

    int number() {
      return number;
    }

    /** By time. */
    List<Entry> buffers() {
      return buffers;
    }

    /** Bytes of the largest buffer that is not compressed, up to the end of its events. */
    int largest() {
      return largest;
    }

    /** Bytes of the largest buffer that is compressed, when it is not. */
    int largestCompressed() {
      return largestCompressed;
    }

    void add(Entry entry) {
      buffers.add(entry);
      if (entry.compressed()) {
        largestCompressed = Math.max(largestCompressed, entry.filled);
      } else {
        largest = Math.max(largest, entry.filled);
      }
    }

    /**
     * For a buffer whose first event has no time: that of the one before it, so that it stays
     * behind it.
     */
    long lastTime() {
      return buffers.isEmpty() ? Long.MIN_VALUE : buffers.getLast().firstTime;
    }
  }

  private final EtlHeader header;
  private final SortedMap<Integer, Processor> processors = new TreeMap<>();
  private @Nullable Compression compression;

  Recording(EtlHeader header) {
    this.header = header;
  }

  EtlHeader header() {
    return header;
  }

  /** The buffers of the processor of this number, from now on among {@link #processors}. */
  Processor processor(int number) {
    return processors.computeIfAbsent(number, Processor::new);
  }

  /** By number. */
  Collection<Processor> processors() {
    return processors.values();
  }

  /** How its buffers are compressed, those that are; null where none is. */
  @Nullable Compression compression() {
    return compression;
  }

  void compression(Compression found) {
    compression = found;
  }

  /** Puts each processor's buffers in the order of time, those of equal times in the file's. */
  void sort() {
    for (Processor processor : processors.values()) {
      // Stable, and linear where that is the order already.
      processor.buffers.sort(Comparator.comparingLong(Entry::firstTime));
    }
  }
}
