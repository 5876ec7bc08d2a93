package org.wsktrace.cli.listing;

import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.Charset;
import java.util.List;
import org.wsktrace.cli.print.Words;
import org.wsktrace.decode.DecodedEvent;
import org.wsktrace.decode.Field;
import org.wsktrace.decode.Value;
import org.wsktrace.etl.record.EventRecord;

/**
 * Events for people:
 *
 * <pre>
 * #12  0.0000250  cpu 0  4:76  Provider Event  Irp=0x0000000000000010 Name="a b" Status=3 (Busy)
 * </pre>
 *
 * Number, seconds since the start of the trace, processor, process:thread, who, what, fields, and
 * bytes that nobody described.
 */
public final class TextLines implements EventPrinter {
  private static final int BYTES_SHOWN = 64;
  private static final int NANOS_PER_TENTH_MICRO = 100;
  private static final int PER_SECOND = 10_000_000;

  private final StringBuilder line = new StringBuilder();
  private final Guids guids = new Guids();
  private final Writer out;

  /** Does not close the stream. */
  public TextLines(OutputStream out, Charset charset) {
    this.out = new OutputStreamWriter(out, charset);
  }

  @Override
  public void print(long seq, EventRecord event, DecodedEvent decoded) throws IOException {
    line.setLength(0);
    line.append('#').append(seq).append("  ");
    seconds(event.nanoseconds());
    line.append("  cpu ").append(event.processor()).append("  ");
    id(event.processId());
    line.append(':');
    id(event.threadId());
    line.append("  ").append(provider(event, decoded)).append(' ').append(name(event, decoded));
    String separator = "  ";
    for (Field field : decoded.fields()) {
      line.append(separator);
      field(field, 0);
      separator = " ";
    }
    if (decoded.leftover() > 0) {
      String hex = Leftover.hex(event, decoded);
      line.append("  [").append(Words.count(decoded.leftover(), "byte")).append(": ");
      line.append(hex, 0, Math.min(hex.length(), 2 * BYTES_SHOWN));
      line.append(hex.length() > 2 * BYTES_SHOWN ? "...]" : "]");
    }
    out.append(line.append('\n'));
  }

  /** To 100 ns, which no clock of ETW goes below. */
  private void seconds(long nanos) {
    long tenths = Math.floorDiv(nanos, NANOS_PER_TENTH_MICRO);
    if (tenths < 0) {
      line.append('-');
      tenths = -tenths;
    }
    line.append(tenths / PER_SECOND).append('.');
    String fraction = Long.toString(PER_SECOND + tenths % PER_SECOND);
    line.append(fraction, 1, fraction.length());
  }

  private void id(int unsigned) {
    if (unsigned == -1) {
      line.append('-');
    } else {
      line.append(Integer.toUnsignedLong(unsigned));
    }
  }

  private String provider(EventRecord event, DecodedEvent decoded) {
    if (!decoded.provider().isEmpty()) {
      return Words.printable(decoded.provider());
    }
    long high = event.providerHigh();
    long low = event.providerLow();
    return (high | low) == 0 ? "kernel" : guids.text(high, low).getValue();
  }

  private static String name(EventRecord event, DecodedEvent decoded) {
    if (!decoded.event().isEmpty()) {
      return Words.printable(decoded.event());
    }
    if (event.group() >= 0) {
      return "group 0x%02x opcode 0x%02x".formatted(event.group(), event.opcode());
    }
    return event.headerType().name().startsWith("EVENT") || event.messageFlags() != 0
        ? "id " + event.id()
        : "opcode " + event.opcode();
  }

  private void field(Field field, int depth) {
    line.append(Words.printable(field.name())).append('=');
    value(field.value(), depth);
  }

  private void value(Value value, int depth) {
    switch (value) {
      case Value.Text(String text) ->
          line.append('"').append(Words.printable(text).replace("\"", "\\\"")).append('"');
      case Value.Named(Value number, String name) -> {
        value(number, depth);
        line.append(" (").append(Words.printable(name)).append(')');
      }
      case Value.Struct(List<Field> members) -> {
        String separator = "{";
        for (Field member : depth < ValueJson.MAX_DEPTH ? members : List.<Field>of()) {
          line.append(separator);
          field(member, depth + 1);
          separator = " ";
        }
        line.append(separator.equals("{") ? "{}" : "}");
      }
      case Value.Array(List<Value> values) -> {
        line.append('[');
        String separator = "";
        for (Value element : depth < ValueJson.MAX_DEPTH ? values : List.<Value>of()) {
          line.append(separator);
          value(element, depth + 1);
          separator = " ";
        }
        line.append(']');
      }
      case Value.Time(long fileTime) ->
          line.append(Digits.timeText(new Value.Time(fileTime).instant()));
      case Value.Int _,
          Value.Unsigned _,
          Value.Hex _,
          Value.Bool _,
          Value.Real _,
          Value.Guid _,
          Value.SystemTime _,
          Value.Sid _,
          Value.Ip _,
          Value.Binary _ ->
          line.append(value);
    }
  }

  @Override
  public void flush() throws IOException {
    out.flush();
  }
}
