package org.wsktrace.source;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.wsktrace.event.Bytes;
import org.wsktrace.event.EventLayouts;
import org.wsktrace.event.MalformedEventException;
import org.wsktrace.event.WskEvent;
import org.wsktrace.event.WskEventDecoder;
import org.wsktrace.source.SourceLoss.Cause;

/**
 * Turns the capture driver's payloads into events in order, and counts. Every payload begins with
 * its number, also those of a newer driver, so that what cannot be read leaves no false gap.
 */
final class EventIntake implements TraceConsumer {
  private static final ValueLayout.OfLong SEQ =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final TraceConsumer consumer;
  private final SequenceOrder order;
  private final Map<Integer, Long> byId = new HashMap<>();
  private long unknownIds;
  private long damaged;
  private long unnumbered;
  private long foreign;
  private long missing;
  private long firstNanos;
  private long lastNanos;
  private boolean begun;

  EventIntake(TraceConsumer consumer) {
    this.consumer = consumer;
    this.order = new SequenceOrder(this);
  }

  /** An event of another provider. */
  void foreign() {
    foreign++;
  }

  /** A payload of ours, {@code size} bytes from {@code offset}. */
  void payload(int id, MemorySegment segment, long offset, int size, long nanos)
      throws IOException {
    long seq = size < Long.BYTES ? 0 : segment.get(SEQ, offset);
    if (seq <= 0 || seq == Long.MAX_VALUE) {
      unnumbered++;
      return;
    }
    Bytes payload = Bytes.of(segment.asSlice(offset, size).toArray(ValueLayout.JAVA_BYTE));
    order.add(new SourceEvent(id, seq, nanos, payload, decoded(id, segment, offset, size)));
  }

  private @Nullable WskEvent decoded(int id, MemorySegment segment, long offset, int size) {
    try {
      WskEvent event = WskEventDecoder.decode(id, segment, offset, size);
      if (event == null) {
        unknownIds++;
      }
      return event;
    } catch (MalformedEventException e) {
      damaged++;
      return null;
    }
  }

  @Override
  public void event(SourceEvent event) throws IOException {
    if (!begun) {
      begun = true;
      firstNanos = event.nanos();
      lastNanos = event.nanos();
    }
    lastNanos = Math.max(lastNanos, event.nanos());
    byId.merge(event.id(), 1L, Long::sum);
    if (event.event() == null && isKnown(event.id())) {
      loss(new SourceLoss(Cause.DAMAGED_EVENT, event.seq(), event.seq(), 1, event.nanos()));
    }
    consumer.event(event);
  }

  private static boolean isKnown(int id) {
    return EventLayouts.ALL.stream().anyMatch(layout -> layout.id() == id);
  }

  @Override
  public void loss(SourceLoss loss) throws IOException {
    if (loss.cause() == Cause.SEQUENCE_GAP) {
      missing += loss.count();
    }
    consumer.loss(loss);
  }

  @Override
  public void progress(long done, long total) {
    consumer.progress(done, total);
  }

  /** The trace ends: delivers what waits. */
  TraceCounts end() throws IOException {
    order.end();
    return new TraceCounts(
        byId,
        unknownIds,
        damaged,
        unnumbered,
        foreign,
        order.duplicates(),
        order.late(),
        order.first(),
        order.last(),
        missing,
        firstNanos,
        lastNanos);
  }
}
