package org.wsktrace.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.wsktrace.etl.layout.BufferHeader;
import org.wsktrace.etl.layout.EventHeader;
import org.wsktrace.etl.layout.EventMarker;
import org.wsktrace.etl.layout.LogfileHeader;
import org.wsktrace.etl.layout.SystemHeader;

/**
 * An uncompressed trace as a busy machine records it: four processors that fill buffers of 64 KiB,
 * each event 128 bytes with five fields, and an EventSource manifest at the start that describes
 * them. Real traces have about as many bytes an event (107 in the largest file of the corpus).
 */
public final class LargeTrace {
  /** Bytes of an event: header and payload, and nothing to round up. */
  static final int EVENT_BYTES = 128;

  // In the header of a buffer: what etl-parser takes for the end of the events.
  private static final int SAVED_OFFSET = 0x04;
  private static final int PROCESSORS = 4;
  private static final int BUFFER_BYTES = 64 << 10;
  private static final int EVENTS_PER_BUFFER = (BUFFER_BYTES - BufferHeader.BYTES) / EVENT_BYTES;
  // FILETIME of 2026-01-01T00:00:00Z.
  private static final long START = 134_116_992_000_000_000L;
  private static final int TYPE_SYSTEM64 = 2;
  private static final int TYPE_EVENT64 = 19;
  private static final int EVENT_ID = 7;
  private static final int MANIFEST_ID = 0xFFFE;
  // 1e0b3d2a-5c4f-4a6b-8d7e-9f0a1b2c3d4e as it lies on disk: high and low half, little-endian.
  private static final long PROVIDER_HIGH = 0x4A6B_5C4F_1E0B_3D2AL;
  private static final long PROVIDER_LOW = 0x4E3D_2C1B_0A9F_7E8DL;

  private static final String MANIFEST =
      """
      <instrumentationManifest xmlns="http://schemas.microsoft.com/win/2004/08/events">
       <instrumentation xmlns:xs="http://www.w3.org/2001/XMLSchema"
        xmlns:win="http://manifests.microsoft.com/win/2004/08/windows/events">
        <events xmlns="http://schemas.microsoft.com/win/2004/08/events">
         <provider name="Bench-Requests" guid="{1e0b3d2a-5c4f-4a6b-8d7e-9f0a1b2c3d4e}"
          resourceFileName="Bench" messageFileName="Bench" symbol="Bench">
          <tasks><task name="Request" value="1"/></tasks>
          <opcodes/>
          <keywords/>
          <events>
           <event value="7" version="0" level="win:Informational" symbol="Request" task="Request"
            template="RequestArgs"/>
          </events>
          <templates>
           <template tid="RequestArgs">
            <data name="Status" inType="win:UInt32"/>
            <data name="Bytes" inType="win:UInt64"/>
            <data name="Irp" inType="win:Pointer"/>
            <data name="Name" inType="win:UnicodeString"/>
            <data name="Flags" inType="win:UInt32"/>
           </template>
          </templates>
         </provider>
        </events>
       </instrumentation>
      </instrumentationManifest>
      """;

  private final ByteBuffer buffer =
      ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private long ticks = 1;

  private LargeTrace() {}

  /** Writes a new file: its name, and about how many MiB. */
  public static void main(String[] args) throws IOException {
    if (args.length != 2) {
      System.err.println("Usage: bench/run --make FILE.etl MEBIBYTES");
      System.exit(2);
    }
    Path file = Files.createFile(Path.of(args[0]));
    System.out.println(write(file, Long.parseLong(args[1]) << 20) + " events");
  }

  /**
   * Writes a file of about so many bytes.
   *
   * @return its events, the one that describes the trace and the manifest included
   */
  static long write(Path file, long bytes) throws IOException {
    return new LargeTrace().writeTo(file, Math.max(2, bytes / BUFFER_BYTES));
  }

  private long writeTo(Path file, long buffers) throws IOException {
    long events = 2;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      begin(0, BufferHeader.TYPE_HEADER, 0);
      header(buffers);
      manifest();
      end(channel);
      for (long i = 1; i < buffers; i++) {
        begin((int) (i % PROCESSORS), BufferHeader.TYPE_GENERIC, i);
        // Processors fill their buffers at the same time, so that reading has to merge.
        long first = ticks + i % PROCESSORS;
        for (int n = 0; n < EVENTS_PER_BUFFER; n++) {
          event(first + (long) n * PROCESSORS, n);
        }
        events += EVENTS_PER_BUFFER;
        if (i % PROCESSORS == PROCESSORS - 1) {
          ticks += (long) EVENTS_PER_BUFFER * PROCESSORS;
        }
        end(channel);
      }
    }
    return events;
  }

  private void begin(int processor, int type, long sequence) {
    buffer
        .clear()
        .putInt(BufferHeader.BUFFER_SIZE, BUFFER_BYTES)
        .putLong(BufferHeader.SEQUENCE_NUMBER, sequence)
        .putShort(BufferHeader.PROCESSOR_INDEX, (short) processor)
        .putShort(BufferHeader.BUFFER_FLAG, (short) BufferHeader.FLAG_PROCESSOR_INDEX)
        .putShort(BufferHeader.BUFFER_TYPE, (short) type)
        .position(BufferHeader.BYTES);
  }

  private void end(FileChannel channel) throws IOException {
    buffer.putInt(BufferHeader.OFFSET, buffer.position());
    buffer.putInt(SAVED_OFFSET, buffer.position());
    while (buffer.hasRemaining()) {
      buffer.put((byte) 0xFF);
    }
    buffer.flip();
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  private void header(long buffers) {
    byte[] names = "Bench\0C:\\bench.etl\0".getBytes(StandardCharsets.UTF_16LE);
    int at = buffer.position();
    int payload = at + SystemHeader.BYTES;
    int times = payload + LogfileHeader.POINTERS + 2 * Long.BYTES;
    int size = times + LogfileHeader.NAMES + names.length - at;
    for (int i = at; i < at + size; i++) {
      buffer.put(i, (byte) 0);
    }
    buffer
        .putShort(at + SystemHeader.VERSION, (short) 2)
        .put(at + EventMarker.TYPE, (byte) TYPE_SYSTEM64)
        .put(at + EventMarker.MARK, (byte) EventMarker.MARK_EVENT)
        .putShort(at + EventMarker.SIZE_BEHIND_VERSION, (short) size)
        .putInt(payload + LogfileHeader.BUFFER_SIZE, BUFFER_BYTES)
        .put(payload + LogfileHeader.OS_MAJOR, (byte) 10)
        .put(payload + LogfileHeader.FORMAT_MAJOR, (byte) 1)
        .put(payload + LogfileHeader.FORMAT_MINOR, (byte) 5)
        .putInt(payload + LogfileHeader.OS_BUILD, 26100)
        .putInt(payload + LogfileHeader.NUMBER_OF_PROCESSORS, PROCESSORS)
        .putLong(payload + LogfileHeader.END_TIME, START + 600_000_000L)
        .putInt(payload + LogfileHeader.LOG_FILE_MODE, 1)
        .putInt(payload + LogfileHeader.BUFFERS_WRITTEN, (int) buffers)
        .putInt(payload + LogfileHeader.POINTER_SIZE, Long.BYTES)
        .putInt(payload + LogfileHeader.CPU_SPEED_MHZ, 3000)
        .putLong(times + LogfileHeader.PERF_FREQ, 10_000_000)
        .putLong(times + LogfileHeader.START_TIME, START)
        .putInt(times + LogfileHeader.CLOCK_TYPE, LogfileHeader.CLOCK_QPC)
        .put(times + LogfileHeader.NAMES, names)
        .position(at + size);
    pad();
  }

  private void manifest() {
    byte[] xml = MANIFEST.getBytes(StandardCharsets.UTF_8);
    int at = eventHeader(MANIFEST_ID, 0xFE, MANIFEST_ID, 8 + xml.length, ticks++);
    // Format 1, version 1.0, magic; one chunk, the first.
    buffer.put((byte) 1).put((byte) 1).put((byte) 0).put((byte) 0x5B);
    buffer.putShort((short) 1).putShort((short) 0).put(xml);
    buffer.position(at + EventHeader.BYTES + 8 + xml.length);
    pad();
  }

  private void event(long time, int n) {
    eventHeader(EVENT_ID, 0, 1, EVENT_BYTES - EventHeader.BYTES, time);
    buffer.putInt(0).putLong(8192L + n).putLong(0xFFFF_A80C_1234_0000L + (long) n * 0x100);
    for (int i = 0; i < 11; i++) {
      buffer.putChar("request.dat".charAt(i));
    }
    buffer.putChar('\0').putInt(n & 7);
  }

  /** The position is behind it then. */
  private int eventHeader(int id, int opcode, int task, int payloadBytes, long time) {
    int at = buffer.position();
    buffer
        .putShort((short) (EventHeader.BYTES + payloadBytes))
        .put((byte) TYPE_EVENT64)
        .put((byte) EventMarker.MARK_EVENT)
        .putInt(0)
        .putInt(4321)
        .putInt(1234)
        .putLong(time)
        .putLong(PROVIDER_HIGH)
        .putLong(PROVIDER_LOW)
        .putShort((short) id)
        .put((byte) 0)
        .put((byte) 0)
        .put((byte) 4)
        .put((byte) opcode)
        .putShort((short) task)
        .putLong(0)
        .putLong(0)
        .putLong(0)
        .putLong(0);
    return at;
  }

  private void pad() {
    while (buffer.position() % EventMarker.ALIGNMENT != 0) {
      buffer.put((byte) 0);
    }
  }
}
