package org.wsktrace.cli.listing;

import java.io.IOException;
import org.wsktrace.decode.DecodedEvent;
import org.wsktrace.etl.record.EventRecord;

/** Prints events, one a line. Belongs to one thread. */
public sealed interface EventPrinter permits CsvLines, JsonLines, TextLines {
  /**
   * Prints one.
   *
   * @param seq its number in the file in the order of time, from 1
   * @param event only looked at until this returns
   * @throws IOException where the output fails
   */
  void print(long seq, EventRecord event, DecodedEvent decoded) throws IOException;

  /** Passes on what was printed so far: whole lines. */
  void flush() throws IOException;
}
