package org.wsktrace.cli.info;

import org.wsktrace.cli.print.Words;
import org.wsktrace.event.FileTime;
import org.wsktrace.recorder.Capture;
import org.wsktrace.recorder.DumpHeader;
import tools.jackson.core.JsonGenerator;

/** What only an image of memory has, as members of a JSON object. */
final class RecorderJson {
  private final JsonGenerator json;
  private final RecorderContent content;

  RecorderJson(JsonGenerator json, RecorderContent content) {
    this.json = json;
    this.content = content;
  }

  void write() {
    DumpHeader dump = content.dump();
    if (dump != null) {
      dump(dump);
    }
    Capture capture = content.capture();
    json.writeObjectPropertyStart("recorder");
    json.writeNumberProperty("pages", capture.pages());
    json.writeNumberProperty("copies", content.survey().copies());
    json.writeNumberProperty("rings", capture.processors());
    json.writeNumberProperty("ring_bytes", Integer.toUnsignedLong(capture.start().ringBytes()));
    json.writeNumberProperty("records", capture.records());
    json.writeNumberProperty("damaged_records", capture.damagedRecords());
    json.writeNumberProperty("damaged_pages", capture.damagedPages());
    json.writeArrayPropertyStart("older_captures");
    for (Capture other : content.others()) {
      json.writeStartObject();
      InfoJson.time(json, "start", FileTime.instant(other.start().fileTime()));
      json.writeNumberProperty("records", other.records());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayPropertyStart("other_layouts");
    content.survey().otherLayouts().forEach(json::writeNumber);
    json.writeEndArray();
    json.writeEndObject();
  }

  private void dump(DumpHeader dump) {
    json.writeObjectPropertyStart("dump");
    json.writeNumberProperty("bits", dump.bits());
    if (dump.type() != null) {
      json.writeNumberProperty("type", dump.type());
    }
    if (dump.bugCheckCode() != null) {
      json.writeStringProperty("bug_check_code", "0x%08x".formatted(dump.bugCheckCode()));
      json.writeArrayPropertyStart("bug_check_parameters");
      dump.bugCheckParameters().forEach(value -> json.writeString(Words.address(value)));
      json.writeEndArray();
    }
    json.writeEndObject();
  }
}
