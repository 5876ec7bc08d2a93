package org.wsktrace.cli;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.wsktrace.etl.EventWriter;

/** What an EventSource writes of itself. */
final class EventSources {
  private static final int ID = 0xFFFE;
  private static final int OPCODE = 0xFE;
  private static final int ENVELOPE = 8;

  private EventSources() {}

  /** The event that carries a manifest, in one piece. */
  static EventWriter manifest(long ticks, UUID provider, String xml) {
    byte[] text = xml.getBytes(StandardCharsets.UTF_8);
    byte[] payload =
        ByteBuffer.allocate(ENVELOPE + text.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put((byte) 1)
            .put((byte) 1)
            .put((byte) 0)
            .put((byte) 0x5B)
            .putShort((short) 1)
            .putShort((short) 0)
            .put(text)
            .array();
    return EventWriter.at(ticks)
        .from(provider, 4, 8)
        .id(ID)
        .kind(0, 0, OPCODE, ID)
        .payload(payload);
  }
}
