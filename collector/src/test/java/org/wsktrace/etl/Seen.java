package org.wsktrace.etl;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.wsktrace.etl.record.EventRecord;
import org.wsktrace.etl.record.HeaderType;

/** What a test takes out of a file: the summary, and per event what tests ask for. */
record Seen(EtlHeader header, EtlSummary summary, List<Event> events) {

  /** One event, kept. */
  record Event(
      EventRecord copy, HeaderType type, int id, int processor, long nanoseconds, String payload) {}

  static Seen in(Path file) throws IOException {
    return in(file, EtlFile.Truncation.REFUSE);
  }

  static Seen in(Path file, EtlFile.Truncation truncation) throws IOException {
    List<Event> events = new ArrayList<>();
    try (EtlFile etl = EtlFile.open(file, truncation)) {
      EtlSummary summary = etl.read(event -> events.add(keep(event)));
      return new Seen(etl.header(), summary, events);
    }
  }

  private static Event keep(EventRecord event) {
    return new Event(
        event.copy(),
        event.headerType(),
        event.id(),
        event.processor(),
        event.nanoseconds(),
        HexFormat.of().formatHex(event.payloadBytes()));
  }

  /** Ids of the events behind the one that describes the trace. */
  List<Integer> ids() {
    return events.stream().skip(1).map(Event::id).toList();
  }

  /** Processors of the events behind the one that describes the trace. */
  List<Integer> processors() {
    return events.stream().skip(1).map(Event::processor).toList();
  }
}
