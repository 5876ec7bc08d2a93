package org.wsktrace.recorder;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringReader;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.wsktrace.etl.EventWriter;
import org.wsktrace.event.text.TextTraceException;
import org.wsktrace.event.text.TextTraceReader;
import org.wsktrace.source.TextToEtl;

/**
 * Makes the pages of a flight recorder as capture-driver/src/ring.h describes them. Knows nothing
 * of the reader.
 */
public final class RingImage {
  public static final int PAGE = 4096;
  private static final int HEADER = 64;
  private static final int FRAME = 16;
  // WSKT_HEADER.Cpu in a payload.
  private static final int CPU = 52;

  private final Map<Integer, List<Page>> rings = new TreeMap<>();
  private final long startTime;
  private long from;
  private int layout = 1;
  private int processors = 4;
  private long frequency = 10_000_000;
  private boolean framesHaveCrc = true;

  private RingImage(long startTime) {
    this.startTime = startTime;
  }

  /** Of a capture that began then: FILETIME, and tick 0. */
  public static RingImage started(long fileTime) {
    return new RingImage(fileTime);
  }

  /** The rings begin at this position. */
  RingImage from(long position) {
    from = position;
    return this;
  }

  RingImage layout(int number) {
    layout = number;
    return this;
  }

  RingImage processors(int count) {
    processors = count;
    return this;
  }

  RingImage frequency(long ticks) {
    frequency = ticks;
    return this;
  }

  RingImage withoutRecordCrc() {
    framesHaveCrc = false;
    return this;
  }

  /** The events of a text trace, each on its processor. */
  public RingImage trace(String text) throws IOException {
    var reader = new TextTraceReader(new StringReader(text));
    try {
      TextTraceReader.Entry entry;
      while ((entry = reader.next()) != null) {
        byte[] payload = entry.payload().toArray(ValueLayout.JAVA_BYTE);
        int cpu = payload[CPU] & 0xFF;
        add(cpu, TextToEtl.ours(entry.nanos(), entry.id(), payload));
      }
    } catch (TextTraceException e) {
      throw new IllegalArgumentException(e);
    }
    return this;
  }

  /** A record of this number that says nothing else, so many bytes long at least. */
  RingImage number(int processor, long seq, int bytes) {
    byte[] payload = little(new byte[Math.max(64, bytes)]).putLong(0, seq).array();
    return add(processor, TextToEtl.ours(seq * 1000, 42, payload));
  }

  RingImage number(int processor, long seq) {
    return number(processor, seq, 0);
  }

  /** A record of any provider. */
  public RingImage add(int processor, EventWriter event) {
    byte[] record = event.toBytes();
    int length = FRAME + (record.length + 15 & -16);
    List<Page> ring = rings.computeIfAbsent(processor, _ -> new ArrayList<>());
    if (ring.isEmpty() || ring.getLast().used + length > PAGE) {
      if (!ring.isEmpty()) {
        ring.getLast().fill();
      }
      ring.add(new Page(processor, from + (long) ring.size() * PAGE));
    }
    ring.getLast().frame(record, length);
    return this;
  }

  /** The pages, processor after processor. */
  public List<byte[]> pages() {
    List<byte[]> pages = new ArrayList<>();
    rings.values().forEach(ring -> ring.forEach(page -> pages.add(page.bytes.clone())));
    return pages;
  }

  /** The pages one behind the other. */
  public byte[] toBytes() {
    var bytes = new ByteArrayOutputStream();
    pages().forEach(bytes::writeBytes);
    return bytes.toByteArray();
  }

  /** In a 64-bit kernel dump, which begins as they do, between pages of others. */
  public byte[] toDump() {
    byte[] header = new byte[2 * PAGE];
    ByteBuffer fields = little(header);
    while (fields.hasRemaining()) {
      fields.put("PAGE".getBytes(StandardCharsets.US_ASCII));
    }
    fields
        .put(4, "DU64".getBytes(StandardCharsets.US_ASCII))
        .putInt(0x38, 0xD1)
        .putLong(0x40, 0xfffff803_12340000L)
        .putLong(0x48, 2)
        .putLong(0x50, 0)
        .putLong(0x58, 0xfffff803_12341010L)
        .putInt(0xF98, 6)
        .putLong(0xFA8, startTime + 60 * 10_000_000L);
    var bytes = new ByteArrayOutputStream();
    bytes.writeBytes(header);
    bytes.writeBytes(new byte[PAGE]);
    // What a driver adds to a dump begins anywhere.
    bytes.writeBytes(new byte[37]);
    pages().forEach(bytes::writeBytes);
    bytes.writeBytes(new byte[100]);
    return bytes.toByteArray();
  }

  private static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int crc(byte[] bytes, int at, int length) {
    var crc = new CRC32C();
    crc.update(bytes, at, length);
    return (int) crc.getValue();
  }

  private final class Page {
    private final byte[] bytes = new byte[PAGE];
    private final ByteBuffer fields = little(bytes);
    private final long position;
    private int used = HEADER;

    private Page(int processor, long position) {
      this.position = position;
      fields
          .put(0, "WSKTRING".getBytes(StandardCharsets.US_ASCII))
          .putShort(8, (short) layout)
          .putShort(10, (short) HEADER)
          .putInt(12, PAGE)
          .putLong(16, position)
          .putLong(24, startTime)
          .putLong(32, 0)
          .putLong(40, frequency)
          .putShort(48, (short) processor)
          .putShort(50, (short) processors)
          .putInt(52, 0x40000)
          .putInt(56, 8 << 8 | (framesHaveCrc ? 1 : 0));
      fields.putInt(60, crc(bytes, 0, HEADER));
    }

    private void frame(byte[] record, int length) {
      fields.putLong(used, position + used);
      fields.put(used + FRAME, record);
      if (framesHaveCrc) {
        fields.putInt(used + 12, crc(bytes, used, length));
      }
      fields.putInt(used + 8, length | (length - FRAME - record.length));
      used += length;
    }

    /** The rest of a page that the next record did not fit into. */
    private void fill() {
      if (used < PAGE) {
        fields.putLong(used, position + used).putInt(used + 8, PAGE - used | 1 << 31);
      }
    }
  }
}
