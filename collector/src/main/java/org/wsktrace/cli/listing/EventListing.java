package org.wsktrace.cli.listing;

import java.io.IOException;
import java.util.function.BooleanSupplier;
import org.wsktrace.decode.DecodedEvent;
import org.wsktrace.etl.EventConsumer;
import org.wsktrace.etl.EventSequence;
import org.wsktrace.etl.record.EventRecord;

/** Goes through a trace and prints the events that pass a filter. Belongs to one thread. */
public final class EventListing {
  // Often enough that a slow search shows what it has found.
  private static final int EVENTS_PER_LOOK = 4096;
  private static final long FLUSH_NANOS = 100_000_000;

  /** Says what an event is; it may look at the event until it returns. */
  @FunctionalInterface
  public interface Decoder {
    /** Never fails for what the bytes say. */
    DecodedEvent decode(EventRecord event);
  }

  /**
   * What came of it.
   *
   * @param printed events that passed
   * @param seen events that were looked at
   * @param ended whether there was no other; not where the limit or an interrupt came first
   */
  public record Outcome(long printed, long seen, boolean ended) {}

  private final EventFilter filter;
  private final long limit;
  private final EventConsumer witness;
  private final Decoder decoder;
  private final EventPrinter printer;
  private final BooleanSupplier stop;

  /**
   * @param limit no more events than this
   * @param witness sees every event, before it is decoded
   * @param stop asked before each event
   */
  public EventListing(
      EventFilter filter,
      long limit,
      EventConsumer witness,
      Decoder decoder,
      EventPrinter printer,
      BooleanSupplier stop) {
    this.filter = filter;
    this.limit = limit;
    this.witness = witness;
    this.decoder = decoder;
    this.printer = printer;
    this.stop = stop;
  }

  /**
   * Prints whole lines, and has passed on all of them when it returns or throws what is not the
   * printer's failure.
   */
  public Outcome of(EventSequence events) throws IOException {
    try {
      return list(events);
    } finally {
      printer.flush();
    }
  }

  private Outcome list(EventSequence events) throws IOException {
    long printed = 0;
    long seen = 0;
    long flushed = System.nanoTime();
    while (printed < limit && !stop.getAsBoolean()) {
      if (!events.next()) {
        return new Outcome(printed, seen, true);
      }
      seen++;
      EventRecord event = events.event();
      witness.accept(event);
      if (filter.mayPass(event)) {
        DecodedEvent decoded = decoder.decode(event);
        if (filter.passes(event, decoded)) {
          printer.print(seen, event, decoded);
          printed++;
        }
      }
      if (seen % EVENTS_PER_LOOK == 0 && System.nanoTime() - flushed > FLUSH_NANOS) {
        printer.flush();
        flushed = System.nanoTime();
      }
    }
    return new Outcome(printed, seen, false);
  }
}
