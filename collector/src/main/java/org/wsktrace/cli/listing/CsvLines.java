package org.wsktrace.cli.listing;

import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.wsktrace.decode.DecodedEvent;
import org.wsktrace.decode.Value;
import org.wsktrace.etl.record.EventRecord;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;

/**
 * Events as CSV as RFC 4180 has it, in UTF-8: a line of column names first, lines end with CR LF.
 * The columns are {@link JsonLines}' keys; what is an object there is its JSON here.
 */
public final class CsvLines implements EventPrinter {
  private static final List<String> COLUMNS =
      List.of(
          "seq",
          "time",
          "nanos",
          "processor",
          "pid",
          "tid",
          "header_type",
          "provider",
          "guid",
          "id",
          "version",
          "opcode",
          "level",
          "task",
          "keyword",
          "event",
          "origin",
          "fields",
          "names",
          "leftover",
          "raw",
          "extra");

  private final Digits digits = new Digits();
  private final ValueJson values = new ValueJson(digits);
  private final ExtraJson extra = new ExtraJson(digits);
  private final Guids guids = new Guids();
  private final StringBuilder line = new StringBuilder();
  private final StringWriter cell = new StringWriter();
  private final Writer out;

  /** Prints the line of column names. */
  public CsvLines(OutputStream out) throws IOException {
    this.out = new OutputStreamWriter(out, StandardCharsets.UTF_8);
    this.out.write(String.join(",", COLUMNS) + "\r\n");
  }

  @Override
  public void print(long seq, EventRecord event, DecodedEvent decoded) throws IOException {
    line.setLength(0);
    line.append(seq);
    time(event.fileTime());
    number(event.nanoseconds());
    number(event.processor());
    id(event.processId());
    id(event.threadId());
    text(event.headerType().name());
    text(decoded.provider());
    long high = event.providerHigh();
    long low = event.providerLow();
    text((high | low) == 0 ? "" : guids.text(high, low).getValue());
    number(event.id());
    number(event.version());
    number(event.opcode());
    number(event.level());
    number(event.task());
    line.append(',').append(digits.text(), 0, digits.hex(event.keyword(), 16));
    text(decoded.event());
    text(decoded.origin().name().toLowerCase(Locale.ROOT));
    text(json(generator -> values.fields(generator, decoded.fields())));
    text(
        ValueJson.hasNames(decoded.fields())
            ? json(generator -> ValueJson.names(generator, decoded.fields()))
            : "");
    number(decoded.leftover());
    text(decoded.leftover() == 0 ? "" : Leftover.hex(event, decoded));
    text(ExtraJson.has(event) ? json(generator -> extra(generator, event)) : "");
    out.append(line.append("\r\n"));
  }

  private void extra(JsonGenerator json, EventRecord event) {
    json.writeStartObject();
    extra.members(json, event);
    json.writeEndObject();
  }

  private void time(long fileTime) {
    int length = digits.time(fileTime);
    if (length > 0) {
      line.append(',').append(digits.text(), 0, length);
    } else {
      text(Digits.timeText(new Value.Time(fileTime).instant()));
    }
  }

  private void number(long number) {
    line.append(',').append(number);
  }

  /** What ETW did not know is -1 in the file. */
  private void id(int unsigned) {
    line.append(',');
    if (unsigned != -1) {
      line.append(Integer.toUnsignedLong(unsigned));
    }
  }

  private void text(String text) {
    line.append(',');
    if (!needsQuotes(text)) {
      line.append(text);
      return;
    }
    line.append('"');
    for (int i = 0; i < text.length(); i++) {
      char character = text.charAt(i);
      line.append(character);
      if (character == '"') {
        line.append('"');
      }
    }
    line.append('"');
  }

  private static boolean needsQuotes(String text) {
    for (int i = 0; i < text.length(); i++) {
      char character = text.charAt(i);
      if (character == ',' || character == '"' || character == '\r' || character == '\n') {
        return true;
      }
    }
    return false;
  }

  private String json(Consumer<JsonGenerator> content) {
    cell.getBuffer().setLength(0);
    try (JsonGenerator json = LineJson.FACTORY.createGenerator(ObjectWriteContext.empty(), cell)) {
      content.accept(json);
    }
    return cell.toString();
  }

  @Override
  public void flush() throws IOException {
    out.flush();
  }
}
