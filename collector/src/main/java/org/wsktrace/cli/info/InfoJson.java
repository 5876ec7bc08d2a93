package org.wsktrace.cli.info;

import java.io.PrintWriter;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.wsktrace.cli.print.Json;
import org.wsktrace.cli.print.Words;
import org.wsktrace.store.row.SessionMeta;
import org.wsktrace.store.row.StoredDriver;
import org.wsktrace.store.row.StoredLoss;
import tools.jackson.core.JsonGenerator;

/** What a file is and what is in it, as JSON; docs/json.md names the keys. */
public final class InfoJson {
  private InfoJson() {}

  /**
   * Writes one object and a line end.
   *
   * @param content of an .etl or an image of memory, otherwise null
   */
  public static void write(PrintWriter to, TraceInfo info, @Nullable FileContent content) {
    Json.write(
        to,
        json -> {
          json.writeStringProperty("file", info.file());
          json.writeStringProperty("kind", info.kind().name().toLowerCase(Locale.ROOT));
          json.writeNumberProperty("bytes", info.bytes());
          switch (content) {
            case EtlContent etl -> new EtlJson(json, etl).write();
            case RecorderContent recorder -> {
              recorded(json, info.meta());
              new RecorderJson(json, recorder).write();
            }
            case null -> recorded(json, info.meta());
          }
          wsktrace(json, info);
        });
  }

  /** Of all but an .etl. */
  private static void recorded(JsonGenerator json, SessionMeta meta) {
    json.writeStringProperty("source", meta.sourceName());
    json.writeStringProperty("source_kind", meta.sourceKind());
    time(json, "start", meta.start());
    time(json, "end", meta.end());
    if (meta.processors() != null) {
      json.writeNumberProperty("processors", meta.processors());
    }
    if (meta.qpcFrequency() != null) {
      json.writeNumberProperty("performance_frequency", meta.qpcFrequency());
    }
  }

  /** A time or null. */
  static void time(JsonGenerator json, String key, @Nullable Instant time) {
    time(json, key, EtlJson.TIME, time);
  }

  /** A time in this format, or null. */
  static void time(
      JsonGenerator json, String key, DateTimeFormatter format, @Nullable Instant time) {
    if (time == null) {
      json.writeNullProperty(key);
    } else {
      json.writeStringProperty(key, format.format(time));
    }
  }

  private static void wsktrace(JsonGenerator json, TraceInfo info) {
    SessionMeta meta = info.meta();
    json.writeObjectPropertyStart("wsktrace");
    json.writeNumberProperty("events", meta.events());
    json.writeNumberProperty("duration_nanos", meta.durationNanos());
    json.writeNumberProperty("unknown_events", meta.unknownEvents());
    json.writeNumberProperty("damaged_events", meta.damagedEvents());
    json.writeNumberProperty("dropped_events", meta.droppedEvents());
    json.writeObjectPropertyStart("by_event");
    info.eventCounts()
        .forEach((id, count) -> json.writeNumberProperty(TraceInfo.eventName(id), count));
    json.writeEndObject();
    json.writeArrayPropertyStart("losses");
    for (StoredLoss loss : info.losses()) {
      json.writeStartObject();
      json.writeNumberProperty("first_seq", loss.firstSeq());
      json.writeNumberProperty("last_seq", loss.lastSeq());
      json.writeNumberProperty("count", loss.count());
      json.writeStringProperty("reason", loss.reason());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayPropertyStart("drivers");
    for (StoredDriver driver : info.drivers()) {
      json.writeStartObject();
      json.writeStringProperty("name", driver.name());
      json.writeStringProperty("base", Words.address(driver.base()));
      json.writeNumberProperty("size", driver.size());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }
}
