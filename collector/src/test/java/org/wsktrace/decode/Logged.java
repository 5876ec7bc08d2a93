package org.wsktrace.decode;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.wsktrace.etl.BufferWriter;
import org.wsktrace.etl.EtlFile;
import org.wsktrace.etl.EtlWriter;
import org.wsktrace.etl.EventWriter;
import org.wsktrace.etl.record.EventRecord;

/** Events as a file gives them, and what a decoder makes of them. */
public final class Logged {
  private Logged() {}

  /** The events, written to a file and read again; the one that describes the trace left out. */
  public static List<EventRecord> events(EventWriter... events) {
    try {
      Path file = Files.createTempFile("logged", ".etl");
      try {
        BufferWriter buffer = BufferWriter.on(0);
        for (EventWriter event : events) {
          buffer.add(event);
        }
        new EtlWriter().bufferSize(256 << 10).buffer(buffer).write(file);
        List<EventRecord> read = new ArrayList<>();
        try (EtlFile etl = EtlFile.open(file)) {
          etl.read(event -> read.add(event.copy()));
        }
        return read.subList(1, read.size());
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All events learned, then decoded. */
  public static List<DecodedEvent> decoded(Schemas schemas, EventWriter... events) {
    List<EventRecord> records = events(events);
    records.forEach(schemas::learn);
    EventDecoder decoder = new EventDecoder(schemas);
    return records.stream().map(decoder::decode).toList();
  }

  /** The last of them. */
  public static DecodedEvent last(EventWriter... events) {
    return decoded(new Schemas(), events).getLast();
  }
}
