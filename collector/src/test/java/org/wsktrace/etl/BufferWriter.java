package org.wsktrace.etl;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.wsktrace.etl.compress.Compression;
import org.wsktrace.etl.compress.Encoder;
import org.wsktrace.etl.layout.BufferHeader;
import org.wsktrace.etl.layout.EventMarker;

/** Makes one buffer with its events, for {@link EtlWriter}. */
public final class BufferWriter {
  private final ByteArrayOutputStream events = new ByteArrayOutputStream();
  private int processorIndex;
  private int flags = BufferHeader.FLAG_PROCESSOR_INDEX;
  private int type = BufferHeader.TYPE_GENERIC;
  private int size = -1;
  private int offset = -1;
  private long sequence = -1;
  private int state = 3;
  private @Nullable Compression compression;

  private BufferWriter(int processorIndex) {
    this.processorIndex = processorIndex;
  }

  /** An empty one that this processor filled. */
  public static BufferWriter on(int processor) {
    return new BufferWriter(processor);
  }

  /** As Windows 7 writes the processor: its number in a byte, the alignment above it. */
  public BufferWriter windows7() {
    processorIndex |= 8 << 8;
    flags &= ~BufferHeader.FLAG_PROCESSOR_INDEX;
    return this;
  }

  /** Appends an event. */
  public BufferWriter add(EventWriter event) {
    return bytes(event.toBytes());
  }

  /** Appends bytes, and pads them as an event. */
  public BufferWriter bytes(byte[] bytes) {
    events.writeBytes(bytes);
    while (events.size() % EventMarker.ALIGNMENT != 0) {
      events.write(0);
    }
    return this;
  }

  /** FLAG_ of {@link BufferHeader}, added to what is set. */
  public BufferWriter flags(int bits) {
    flags |= bits;
    return this;
  }

  /**
   * BufferSize as the header says it; the bytes follow, of at least this size, where it is
   * possible.
   */
  public BufferWriter size(int bytes) {
    size = bytes;
    return this;
  }

  /** TYPE_ of {@link BufferHeader}. */
  public BufferWriter type(int number) {
    type = number;
    return this;
  }

  /** End of the events as the header says it. */
  public BufferWriter offset(int bytes) {
    offset = bytes;
    return this;
  }

  /** Its place in the file otherwise. */
  public BufferWriter sequence(long number) {
    sequence = number;
    return this;
  }

  /** Compresses the events; the header then says so, and no bytes follow them. */
  public BufferWriter compressed(Compression format) {
    compression = format;
    return flags(BufferHeader.FLAG_COMPRESSED);
  }

  /** State as the header says it. */
  public BufferWriter state(int number) {
    state = number;
    return this;
  }

  byte[] toBytes(int sessionSize, long place) {
    byte[] content = events.toByteArray();
    if (compression != null) {
      content = Encoder.encode(compression, content);
    }
    int end = BufferHeader.BYTES + content.length;
    int least = compression == null ? Math.max(sessionSize, end) : end;
    int says = size == -1 ? least : size;
    byte[] buffer = new byte[says < 0 || says > 1 << 28 ? end : Math.max(says, end)];
    Arrays.fill(buffer, end, buffer.length, (byte) 0xFF);
    ByteBuffer.wrap(buffer)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(BufferHeader.BUFFER_SIZE, says)
        .putLong(BufferHeader.SEQUENCE_NUMBER, sequence == -1 ? place : sequence)
        .putShort(BufferHeader.PROCESSOR_INDEX, (short) processorIndex)
        .putShort(BufferHeader.LOGGER_ID, (short) 7)
        .putInt(BufferHeader.STATE, state)
        .putInt(BufferHeader.OFFSET, offset == -1 ? BufferHeader.BYTES + events.size() : offset)
        .putShort(BufferHeader.BUFFER_FLAG, (short) flags)
        .putShort(BufferHeader.BUFFER_TYPE, (short) type)
        .put(BufferHeader.BYTES, content);
    return buffer;
  }
}
