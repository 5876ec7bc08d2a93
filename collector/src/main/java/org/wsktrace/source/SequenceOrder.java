package org.wsktrace.source;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.PriorityQueue;
import org.wsktrace.source.SourceLoss.Cause;

/**
 * Puts events in order of {@code seq}. They come almost in it: the driver takes the number, then
 * the time, then a place in a buffer, so a thread that is preempted in between is late by as much.
 *
 * <p>An event whose number is not the next one waits until the numbers before it have come. When
 * the window is full, or the trace ends, they are taken as lost.
 *
 * <p>Invariant: everything below {@code next} is delivered or declared lost; every waiting event is
 * above it. Belongs to one thread.
 */
public final class SequenceOrder {
  /**
   * Events that may wait; a thread that is preempted for 100 ms at 500,000 events/s stays inside.
   */
  public static final int WINDOW = 1 << 16;

  private static final int REMEMBERED_GAPS = 1024;

  private final TraceConsumer consumer;
  private final int window;
  private final PriorityQueue<SourceEvent> waiting =
      new PriorityQueue<>(Comparator.comparingLong(SourceEvent::seq));
  private final Deque<SourceLoss> gaps = new ArrayDeque<>();
  // 1 is first of all; before that nobody knows, for a trace may begin at any number.
  private long next = 1;
  private boolean begun;
  private long first;
  private long duplicates;
  private long late;

  public SequenceOrder(TraceConsumer consumer) {
    this(consumer, WINDOW);
  }

  SequenceOrder(TraceConsumer consumer, int window) {
    this.consumer = consumer;
    this.window = window;
  }

  /** Takes the next event in order of time. Its number must be above 0. */
  public void add(SourceEvent event) throws IOException {
    if (event.seq() < next) {
      if (declaredLost(event.seq())) {
        late++;
      } else {
        duplicates++;
      }
    } else if (event.seq() == next) {
      deliver(event);
      deliverFollowing();
    } else {
      waiting.add(event);
      if (waiting.size() >= window) {
        skipGap();
      }
    }
  }

  /** Delivers what waits. */
  public void end() throws IOException {
    while (!waiting.isEmpty()) {
      skipGap();
    }
  }

  private void skipGap() throws IOException {
    SourceEvent event = waiting.remove();
    if (begun && event.seq() > next) {
      var gap =
          new SourceLoss(
              Cause.SEQUENCE_GAP, next, event.seq() - 1, event.seq() - next, event.nanos());
      if (gaps.size() == REMEMBERED_GAPS) {
        gaps.removeFirst();
      }
      gaps.addLast(gap);
      consumer.loss(gap);
    }
    deliver(event);
    deliverFollowing();
  }

  private void deliverFollowing() throws IOException {
    SourceEvent event;
    while ((event = waiting.peek()) != null && event.seq() <= next) {
      waiting.remove();
      if (event.seq() == next) {
        deliver(event);
      } else {
        duplicates++;
      }
    }
  }

  private void deliver(SourceEvent event) throws IOException {
    if (!begun) {
      begun = true;
      first = event.seq();
    }
    next = event.seq() + 1;
    consumer.event(event);
  }

  private boolean declaredLost(long seq) {
    return gaps.stream().anyMatch(gap -> gap.firstSeq() <= seq && seq <= gap.lastSeq());
  }

  /** Events whose number had been there before; they were not delivered. */
  public long duplicates() {
    return duplicates;
  }

  /** Events that came after their number had been declared lost; they were not delivered. */
  public long late() {
    return late;
  }

  /** Number of the first event delivered; 0 before it. */
  public long first() {
    return first;
  }

  /** Number of the last event delivered; 0 before the first. */
  public long last() {
    return begun ? next - 1 : 0;
  }
}
