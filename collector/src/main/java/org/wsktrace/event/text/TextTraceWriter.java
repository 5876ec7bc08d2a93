package org.wsktrace.event.text;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.wsktrace.event.Bytes;
import org.wsktrace.event.EventLayout;
import org.wsktrace.event.EventLayouts;
import org.wsktrace.event.FieldLayout;
import org.wsktrace.event.FieldLayout.Blob;
import org.wsktrace.event.FieldLayout.Named;
import org.wsktrace.event.FieldLayout.Plain;
import org.wsktrace.event.FieldLayout.Structs;
import org.wsktrace.event.FieldLayout.Text;
import org.wsktrace.event.MalformedEventException;
import org.wsktrace.event.WskEventDecoder;

/**
 * Writes a text trace that {@link TextTraceReader} reads back to the same events. Fields that are 0
 * are left out. Not thread-safe; does not close what it writes to.
 */
public final class TextTraceWriter {
  private static final int COUNT_SIZE = 2;
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final Appendable to;
  private final long frequency;

  /**
   * Writes the first lines.
   *
   * @param qpcFrequency ticks of the trace's performance counter in a second, 1..1000000000
   */
  public TextTraceWriter(Appendable to, long qpcFrequency) throws IOException {
    this.to = to;
    this.frequency = qpcFrequency;
    to.append("wtrace ").append(Integer.toString(TextTraceReader.VERSION)).append('\n');
    if (qpcFrequency != TextTraceReader.DEFAULT_FREQUENCY) {
      to.append("qpcFrequency ").append(Long.toString(qpcFrequency)).append('\n');
    }
  }

  /**
   * @param nanos since the trace started
   * @throws MalformedEventException when the payload is shorter than its event
   * @throws IllegalArgumentException for an id that is no event of the manifest
   */
  public void write(int id, MemorySegment payload, long nanos)
      throws IOException, MalformedEventException {
    if (WskEventDecoder.decode(id, payload, 0, payload.byteSize()) == null) {
      throw new IllegalArgumentException("no event has the id " + id);
    }
    EventLayout layout =
        EventLayouts.ALL.stream().filter(known -> known.id() == id).findFirst().orElseThrow();
    var line = new StringBuilder();
    header(line, payload, nanos);
    line.append(' ').append(layout.name());
    fields(line, layout.fields(), payload);
    to.append(line.append('\n'));
  }

  private void header(StringBuilder line, MemorySegment payload, long nanos) {
    line.append(Long.toUnsignedString(number(payload, HeaderText.SEQ)));
    line.append(' ').append(TimeText.write(nanos));
    line.append(" cpu").append(number(payload, HeaderText.CPU));
    for (HeaderText.Key key : HeaderText.KEYS) {
      long value = number(payload, key.field());
      long implied = key.field().equals(HeaderText.QPC) ? TimeText.ticks(nanos, frequency) : 0;
      if (value != implied) {
        line.append(' ').append(key.name()).append(':').append(number(key.field(), value));
      }
    }
  }

  private static void fields(StringBuilder line, List<FieldLayout> fields, MemorySegment bytes) {
    for (FieldLayout field : fields) {
      switch (field) {
        case Structs several -> structs(line, several, bytes);
        case Text text -> text(line, text, bytes);
        case Blob blob -> blob(line, blob, bytes);
        case Plain _, Named _ -> {
          long value = number(bytes, field);
          if (value != 0 && !counts(field, fields)) {
            line.append(' ').append(field.name()).append('=').append(number(field, value));
          }
        }
      }
    }
  }

  private static void structs(StringBuilder line, Structs several, MemorySegment bytes) {
    int count =
        several.counted()
            ? Short.toUnsignedInt(bytes.get(SHORT, several.offset() - COUNT_SIZE))
            : 1;
    for (int i = 0; i < count; i++) {
      var inner = new StringBuilder();
      fields(
          inner,
          several.fields(),
          bytes.asSlice(several.offset() + (long) i * several.size(), several.size()));
      if (!inner.isEmpty() || several.counted()) {
        line.append(' ').append(several.name()).append('{').append(inner.toString().trim());
        line.append('}');
      }
    }
  }

  private static void text(StringBuilder line, Text text, MemorySegment bytes) {
    long end = text.offset();
    while (end + 2 <= bytes.byteSize() && bytes.get(SHORT, end) != 0) {
      end += 2;
    }
    byte[] raw = bytes.asSlice(text.offset(), end - text.offset()).toArray(ValueLayout.JAVA_BYTE);
    if (raw.length > 0) {
      line.append(' ').append(text.name()).append('=');
      line.append(Line.quote(new String(raw, StandardCharsets.UTF_16LE)));
    }
  }

  private static void blob(StringBuilder line, Blob blob, MemorySegment bytes) {
    Bytes raw = Bytes.of(bytes.asSlice(blob.offset(), blob.size()).toArray(ValueLayout.JAVA_BYTE));
    if (!raw.isZero()) {
      line.append(' ').append(blob.name()).append('=');
      line.append(blob.socketAddress() ? AddressText.write(raw) : raw.toString());
    }
  }

  /** True for the number that counts the structs behind it: the reader counts them again. */
  private static boolean counts(FieldLayout field, List<FieldLayout> fields) {
    return fields.getLast() instanceof Structs several
        && several.counted()
        && several.offset() - COUNT_SIZE == field.offset();
  }

  private static String number(FieldLayout field, long value) {
    return switch (field) {
      case Plain plain -> NumberText.write(plain, value);
      case Named named -> NumberText.write(named, value);
      case Blob _, Text _, Structs _ -> throw new IllegalArgumentException(field + " is no number");
    };
  }

  private static long number(MemorySegment bytes, FieldLayout field) {
    return switch (field.size()) {
      case Byte.BYTES -> Byte.toUnsignedLong(bytes.get(ValueLayout.JAVA_BYTE, field.offset()));
      case Short.BYTES -> Short.toUnsignedLong(bytes.get(SHORT, field.offset()));
      case Integer.BYTES -> Integer.toUnsignedLong(bytes.get(INT, field.offset()));
      case Long.BYTES -> bytes.get(LONG, field.offset());
      default -> throw new IllegalStateException("a number of " + field.size() + " bytes");
    };
  }
}
