package org.wsktrace.cli.listing;

import java.io.IOException;
import java.io.OutputStream;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.wsktrace.decode.DecodedEvent;
import org.wsktrace.decode.Origin;
import org.wsktrace.etl.record.EventRecord;
import org.wsktrace.etl.record.HeaderType;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.SerializableString;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.io.SerializedString;

/** Events as JSON, one object a line, in ASCII; docs/json.md names the keys. */
public final class JsonLines implements EventPrinter {
  private static final SerializableString SEQ = new SerializedString("seq");
  private static final SerializableString TIME = new SerializedString("time");
  private static final SerializableString NANOS = new SerializedString("nanos");
  private static final SerializableString PROCESSOR = new SerializedString("processor");
  private static final SerializableString PID = new SerializedString("pid");
  private static final SerializableString TID = new SerializedString("tid");
  private static final SerializableString HEADER_TYPE = new SerializedString("header_type");
  private static final SerializableString PROVIDER = new SerializedString("provider");
  private static final SerializableString GUID = new SerializedString("guid");
  private static final SerializableString ID = new SerializedString("id");
  private static final SerializableString VERSION = new SerializedString("version");
  private static final SerializableString OPCODE = new SerializedString("opcode");
  private static final SerializableString LEVEL = new SerializedString("level");
  private static final SerializableString TASK = new SerializedString("task");
  private static final SerializableString KEYWORD = new SerializedString("keyword");
  private static final SerializableString EVENT = new SerializedString("event");
  private static final SerializableString ORIGIN = new SerializedString("origin");
  private static final SerializableString FIELDS = new SerializedString("fields");
  private static final SerializableString NAMES = new SerializedString("names");
  private static final SerializableString LEFTOVER = new SerializedString("leftover");
  private static final SerializableString RAW = new SerializedString("raw");

  private final Digits digits = new Digits();
  private final ValueJson values = new ValueJson(digits);
  private final ExtraJson extra = new ExtraJson(digits);
  private final Guids guids = new Guids();
  private final Map<HeaderType, SerializableString> headerTypes = new EnumMap<>(HeaderType.class);
  private final Map<Origin, SerializableString> origins = new EnumMap<>(Origin.class);
  private final JsonGenerator json;

  /** Does not close the stream. */
  public JsonLines(OutputStream out) {
    json = LineJson.FACTORY.createGenerator(ObjectWriteContext.empty(), out);
    for (HeaderType type : HeaderType.values()) {
      headerTypes.put(type, new SerializedString(type.name()));
    }
    for (Origin origin : Origin.values()) {
      origins.put(origin, new SerializedString(origin.name().toLowerCase(Locale.ROOT)));
    }
  }

  @Override
  public void print(long seq, EventRecord event, DecodedEvent decoded) throws IOException {
    try {
      json.writeStartObject();
      header(seq, event, decoded);
      body(event, decoded);
      extra.members(json, event);
      json.writeEndObject();
      json.writeRaw('\n');
    } catch (JacksonIOException e) {
      throw e.getCause();
    }
  }

  private void header(long seq, EventRecord event, DecodedEvent decoded) {
    json.writeName(SEQ);
    json.writeNumber(seq);
    json.writeName(TIME);
    values.time(json, event.fileTime());
    json.writeName(NANOS);
    json.writeNumber(event.nanoseconds());
    json.writeName(PROCESSOR);
    json.writeNumber(event.processor());
    json.writeName(PID);
    numberOrNull(event.processId());
    json.writeName(TID);
    numberOrNull(event.threadId());
    json.writeName(HEADER_TYPE);
    json.writeString(headerTypes.get(event.headerType()));
    json.writeName(PROVIDER);
    json.writeString(decoded.provider());
    json.writeName(GUID);
    long high = event.providerHigh();
    long low = event.providerLow();
    if ((high | low) == 0) {
      json.writeNull();
    } else {
      json.writeString(guids.text(high, low));
    }
    json.writeName(ID);
    json.writeNumber(event.id());
    json.writeName(VERSION);
    json.writeNumber(event.version());
    json.writeName(OPCODE);
    json.writeNumber(event.opcode());
    json.writeName(LEVEL);
    json.writeNumber(event.level());
    json.writeName(TASK);
    json.writeNumber(event.task());
    json.writeName(KEYWORD);
    json.writeString(digits.text(), 0, digits.hex(event.keyword(), 16));
  }

  /** What ETW did not know is -1 in the file. */
  private void numberOrNull(int unsigned) {
    if (unsigned == -1) {
      json.writeNull();
    } else {
      json.writeNumber(Integer.toUnsignedLong(unsigned));
    }
  }

  private void body(EventRecord event, DecodedEvent decoded) {
    json.writeName(EVENT);
    json.writeString(decoded.event());
    json.writeName(ORIGIN);
    json.writeString(origins.get(decoded.origin()));
    json.writeName(FIELDS);
    values.fields(json, decoded.fields());
    if (ValueJson.hasNames(decoded.fields())) {
      json.writeName(NAMES);
      ValueJson.names(json, decoded.fields());
    }
    json.writeName(LEFTOVER);
    json.writeNumber(decoded.leftover());
    if (decoded.leftover() > 0) {
      json.writeName(RAW);
      json.writeString(Leftover.hex(event, decoded));
    }
  }

  @Override
  public void flush() throws IOException {
    try {
      json.flush();
    } catch (JacksonIOException e) {
      throw e.getCause();
    }
  }
}
