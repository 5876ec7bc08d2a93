package org.wsktrace.cli.listing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.wsktrace.etl.BufferWriter;
import org.wsktrace.etl.EtlFile;
import org.wsktrace.etl.EtlWriter;
import org.wsktrace.etl.EventCursor;
import org.wsktrace.etl.EventWriter;
import org.wsktrace.etl.record.EventRecord;

/** Events as they come out of a file. */
final class Records {
  // The event that describes the trace is on processor 0.
  private static final int PROCESSOR = 2;

  private Records() {}

  /** A copy of the event, of processor 2. */
  static EventRecord of(EventWriter event) throws IOException {
    Path file = Files.createTempFile("record", ".etl");
    try {
      new EtlWriter().buffer(BufferWriter.on(PROCESSOR).add(event)).write(file);
      try (EtlFile etl = EtlFile.open(file);
          EventCursor cursor = etl.cursor()) {
        while (cursor.next()) {
          if (cursor.event().processor() == PROCESSOR) {
            return cursor.event().copy();
          }
        }
        throw new IllegalStateException("there is no event");
      }
    } finally {
      Files.delete(file);
    }
  }
}
