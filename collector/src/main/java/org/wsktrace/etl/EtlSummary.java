package org.wsktrace.etl;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToLongFunction;
import org.wsktrace.etl.record.HeaderType;

/**
 * What was read of a file and what was not. Nothing is dropped without a number here.
 *
 * @param delivered events given to the consumer, by header type
 * @param skipped events of header types that are not delivered, by type
 * @param buffers whole buffers in the file
 * @param compressedBuffers those of them that are compressed
 * @param uncompressedBytes of all buffers, as they would be if none were compressed
 * @param corruptBuffers buffers left in the middle, or altogether, because their bytes made no
 *     sense or did not decode; the events before that place were delivered
 * @param eventsLost events that the session lost, as the file's header says
 * @param buffersLost buffers that the session lost, as the file's header says
 * @param buffersAfterLostEvents buffers whose flags say that events were lost before them
 * @param buffersAfterLostBuffers buffers whose flags say that a buffer was lost before them
 * @param missingBuffers buffers that the session wrote and the file lacks
 * @param tailBytes bytes behind the last whole buffer; events in them were delivered as far as they
 *     are whole
 * @param brokenPlaces where a buffer's header makes no sense, or the file ends inside a buffer
 * @param skippedBytes bytes in the middle of the file that are of no buffer
 * @param unusedBytes zeros at the end of a file that got its size before it was filled; no loss
 * @param lossNotices events in which ETW says that it lost something (RT_LostEvent), delivered too
 * @param sequenceGaps sequence numbers that no buffer has, between the lowest and the highest. Not
 *     a loss: sessions leave numbers out where the counts of lost events and buffers are 0
 * @param outOfOrder delivered events whose time lies before that of the event delivered before them
 * @param cancelled whether reading was ended before the last event
 */
public record EtlSummary(
    Map<HeaderType, Long> delivered,
    Map<HeaderType, Long> skipped,
    long buffers,
    long compressedBuffers,
    long uncompressedBytes,
    long corruptBuffers,
    long eventsLost,
    long buffersLost,
    long buffersAfterLostEvents,
    long buffersAfterLostBuffers,
    long missingBuffers,
    long tailBytes,
    long brokenPlaces,
    long skippedBytes,
    long unusedBytes,
    long lossNotices,
    long sequenceGaps,
    long outOfOrder,
    boolean cancelled) {

  /** Keeps read-only copies of the maps. */
  public EtlSummary {
    delivered = copy(delivered);
    skipped = copy(skipped);
  }

  // EnumMap's own copying constructor refuses an empty map of another kind.
  private static Map<HeaderType, Long> copy(Map<HeaderType, Long> counts) {
    Map<HeaderType, Long> copy = new EnumMap<>(HeaderType.class);
    copy.putAll(counts);
    return Collections.unmodifiableMap(copy);
  }

  /** Events given to the consumer. */
  public long events() {
    return delivered.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Events that were passed over. */
  public long skippedEvents() {
    return skipped.values().stream().mapToLong(Long::longValue).sum();
  }

  /**
   * Whether what the session recorded is all there: nothing lost, cut off, broken or left. Skipped
   * events do not count.
   */
  public boolean complete() {
    return !cancelled
        && corruptBuffers == 0
        && eventsLost == 0
        && buffersLost == 0
        && buffersAfterLostEvents == 0
        && buffersAfterLostBuffers == 0
        && missingBuffers == 0
        && tailBytes == 0
        && brokenPlaces == 0
        && skippedBytes == 0
        && lossNotices == 0;
  }

  /** Counts while reading. */
  static final class Tally {
    private final Map<HeaderType, LongAdder> delivered = new EnumMap<>(HeaderType.class);
    private final Map<HeaderType, LongAdder> skipped = new EnumMap<>(HeaderType.class);
    private long corruptBuffers;
    private long outOfOrder;
    private long lossNotices;
    private long bytes;

    void delivered(HeaderType type) {
      delivered.computeIfAbsent(type, _ -> new LongAdder()).increment();
    }

    void skipped(HeaderType type) {
      skipped.computeIfAbsent(type, _ -> new LongAdder()).increment();
    }

    void lossNotice() {
      lossNotices++;
    }

    void corruptBuffer() {
      corruptBuffers++;
    }

    void outOfOrder() {
      outOfOrder++;
    }

    /** An event of so many bytes, padding included, is behind us. */
    void passed(long size) {
      bytes += size;
    }

    long bytes() {
      return bytes;
    }

    EtlSummary summary(BufferIndex index, long missingBuffers, boolean cancelled) {
      return new EtlSummary(
          byType(delivered),
          byType(skipped),
          index.buffers(),
          index.compressed(),
          index.uncompressedBytes(),
          index.corrupt() + corruptBuffers,
          sum(index, EtlHeader::eventsLost),
          sum(index, EtlHeader::buffersLost),
          index.afterLostEvents(),
          index.afterLostBuffers(),
          missingBuffers,
          index.tailBytes(),
          index.damages(),
          index.skippedBytes(),
          index.unusedBytes(),
          lossNotices,
          index.sequenceGaps(),
          outOfOrder,
          cancelled);
    }

    private static long sum(BufferIndex index, ToLongFunction<EtlHeader> count) {
      return index.recordings().stream().map(Recording::header).mapToLong(count).sum();
    }

    private static Map<HeaderType, Long> byType(Map<HeaderType, LongAdder> counts) {
      Map<HeaderType, Long> map = new EnumMap<>(HeaderType.class);
      counts.forEach((type, count) -> map.put(type, count.sum()));
      return map;
    }
  }
}
