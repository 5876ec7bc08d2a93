package org.wsktrace.source;

import java.io.IOException;
import java.io.StringReader;
import java.lang.foreign.ValueLayout;
import java.util.UUID;
import org.wsktrace.etl.BufferWriter;
import org.wsktrace.etl.EtlWriter;
import org.wsktrace.etl.EventWriter;
import org.wsktrace.event.WskEvent;
import org.wsktrace.event.text.TextTraceException;
import org.wsktrace.event.text.TextTraceReader;

/** Makes the .etl that a drained ring would be from a text trace, in the order of its lines. */
public final class TextToEtl {
  public static final UUID PROVIDER = UUID.fromString(WskEvent.PROVIDER);
  private static final int NANOS_PER_TICK = 100;
  private static final int EVENT_HEADER32 = 18;
  private static final int EVENT_HEADER64 = 19;

  private TextToEtl() {}

  /** The events in one buffer behind the buffer of the file's header. */
  public static EtlWriter file(String text) throws IOException {
    return new EtlWriter().bufferSize(1 << 16).buffer(buffer(text));
  }

  /** The same, of a kernel with pointers of 4 bytes: file header and event headers say so. */
  public static EtlWriter file32(String text) throws IOException {
    return new EtlWriter().bufferSize(1 << 16).pointerSize(4).buffer(buffer(text, EVENT_HEADER32));
  }

  public static BufferWriter buffer(String text) throws IOException {
    return buffer(text, EVENT_HEADER64);
  }

  private static BufferWriter buffer(String text, int type) throws IOException {
    BufferWriter buffer = BufferWriter.on(0);
    var reader = new TextTraceReader(new StringReader(text));
    try {
      TextTraceReader.Entry entry;
      while ((entry = reader.next()) != null) {
        byte[] payload = entry.payload().toArray(ValueLayout.JAVA_BYTE);
        buffer.add(ours(entry.nanos(), entry.id(), payload).type(type));
      }
    } catch (TextTraceException e) {
      throw new IllegalArgumentException(e);
    }
    return buffer;
  }

  /** One event of the capture driver. */
  public static EventWriter ours(long nanos, int id, byte... payload) {
    return EventWriter.at(nanos / NANOS_PER_TICK).from(PROVIDER, 4, 76).id(id).payload(payload);
  }
}
