package org.wsktrace.etl;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.wsktrace.etl.compress.Compression;
import org.wsktrace.etl.layout.BufferHeader;
import org.wsktrace.etl.layout.LogfileHeader;

/**
 * Makes .etl files for tests: what is not said is as Windows 11 would write it, and what is said is
 * written even where it is nonsense. The buffers come into the file in the order in which they are
 * given, behind the buffer that describes the trace.
 */
public final class EtlWriter {
  /** FILETIME of 2026-01-01T00:00:00Z, when the trace starts unless said otherwise. */
  public static final long START = 134_116_992_000_000_000L;

  private final List<BufferWriter> buffers = new ArrayList<>();
  private int bufferSize = 4096;
  private int pointerSize = 8;
  private int clockType = LogfileHeader.CLOCK_QPC;
  private long frequency = 10_000_000;
  private int cpuMegahertz = 3000;
  private long startTicks;
  private long startTime = START;
  private int mode = 1;
  private int state = 3;
  private @Nullable Compression compression;
  private int buffersWritten = -1;
  private int eventsLost;
  private int buffersLost;
  private long endTime = START + 10_000_000;

  /** Bytes of each buffer that does not say otherwise. */
  public EtlWriter bufferSize(int bytes) {
    bufferSize = bytes;
    return this;
  }

  /** Of the program that started the session. */
  public EtlWriter pointerSize(int bytes) {
    pointerSize = bytes;
    return this;
  }

  /** CLOCK_ of {@link LogfileHeader}, and ticks per second of the performance counter. */
  public EtlWriter clock(int type, long ticksPerSecond) {
    clockType = type;
    frequency = ticksPerSecond;
    return this;
  }

  /** Nominal speed of the processors. */
  public EtlWriter cpuMegahertz(int megahertz) {
    cpuMegahertz = megahertz;
    return this;
  }

  /** Time stamp of the event that describes the trace. */
  public EtlWriter startTicks(long ticks) {
    startTicks = ticks;
    return this;
  }

  /** FILETIME of that event. */
  public EtlWriter startTime(long fileTime) {
    startTime = fileTime;
    return this;
  }

  /** MODE_ of {@link LogfileHeader}. */
  public EtlWriter mode(int bits) {
    mode = bits;
    return this;
  }

  /** Compresses all buffers but the first, and says so. */
  public EtlWriter compressed(Compression format) {
    compression = format;
    state = format.number();
    mode |= LogfileHeader.MODE_COMPRESSED;
    return this;
  }

  /** State of the first buffer, which says the format where buffers are compressed. */
  public EtlWriter state(int number) {
    state = number;
    return this;
  }

  /** What the header says; the truth otherwise. */
  public EtlWriter buffersWritten(int count) {
    buffersWritten = count;
    return this;
  }

  /** What the header says. */
  public EtlWriter lost(int events, int wholeBuffers) {
    eventsLost = events;
    buffersLost = wholeBuffers;
    return this;
  }

  /** FILETIME. */
  public EtlWriter endTime(long fileTime) {
    endTime = fileTime;
    return this;
  }

  /** Appends a buffer. */
  public EtlWriter buffer(BufferWriter buffer) {
    buffers.add(buffer);
    return this;
  }

  /** The file. */
  public byte[] toBytes() {
    var out = new ByteArrayOutputStream();
    BufferWriter first =
        BufferWriter.on(0).type(BufferHeader.TYPE_HEADER).state(state).add(headerEvent());
    out.writeBytes(first.toBytes(bufferSize, 0));
    for (int i = 0; i < buffers.size(); i++) {
      if (compression != null) {
        buffers.get(i).compressed(compression);
      }
      out.writeBytes(buffers.get(i).toBytes(bufferSize, i + 1));
    }
    return out.toByteArray();
  }

  /** Writes the file. */
  public Path write(Path file) throws IOException {
    return Files.write(file, toBytes());
  }

  private EventWriter headerEvent() {
    int times = LogfileHeader.POINTERS + 2 * pointerSize;
    byte[] names = "Test\0C:\\test.etl\0".getBytes(StandardCharsets.UTF_16LE);
    byte[] payload = new byte[times + LogfileHeader.NAMES + names.length];
    ByteBuffer.wrap(payload)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(LogfileHeader.BUFFER_SIZE, bufferSize)
        .put(LogfileHeader.OS_MAJOR, (byte) 10)
        .put(LogfileHeader.FORMAT_MAJOR, (byte) (compression == null ? 1 : 2))
        .put(LogfileHeader.FORMAT_MINOR, (byte) (compression == null ? 5 : 0))
        .putInt(LogfileHeader.OS_BUILD, 26100)
        .putInt(LogfileHeader.NUMBER_OF_PROCESSORS, 4)
        .putLong(LogfileHeader.END_TIME, endTime)
        .putInt(LogfileHeader.LOG_FILE_MODE, mode)
        .putInt(
            LogfileHeader.BUFFERS_WRITTEN, buffersWritten < 0 ? buffers.size() + 1 : buffersWritten)
        .putInt(LogfileHeader.POINTER_SIZE, pointerSize)
        .putInt(LogfileHeader.EVENTS_LOST, eventsLost)
        .putInt(LogfileHeader.CPU_SPEED_MHZ, cpuMegahertz)
        .putLong(times + LogfileHeader.PERF_FREQ, frequency)
        .putLong(times + LogfileHeader.START_TIME, startTime)
        .putInt(times + LogfileHeader.CLOCK_TYPE, clockType)
        .putInt(times + LogfileHeader.BUFFERS_LOST, buffersLost)
        .put(times + LogfileHeader.NAMES, names);
    return EventWriter.system(startTicks, 0, 0)
        .type(pointerSize == 4 ? 1 : 2)
        .version(2)
        .payload(payload);
  }
}
