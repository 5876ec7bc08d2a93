package org.wsktrace.etl;

import static org.wsktrace.etl.layout.LittleEndian.i64;
import static org.wsktrace.etl.layout.LittleEndian.u16;
import static org.wsktrace.etl.layout.LittleEndian.u32;
import static org.wsktrace.etl.layout.LittleEndian.u8;

import java.lang.foreign.MemorySegment;
import java.time.Instant;
import java.util.Optional;
import org.wsktrace.etl.layout.LogfileHeader;
import org.wsktrace.etl.record.EtlClock;

/**
 * What a file says of the whole trace, in its first event. Counts are those of the moment when the
 * session was stopped; a session that crashed or still runs leaves an end time of 0 and stale
 * counts.
 *
 * @param osMajor of Windows, 6 or 10
 * @param osMinor of Windows
 * @param osBuild of Windows, such as 22631
 * @param formatMajor of the log format; 2 where buffers are compressed
 * @param formatMinor of the log format
 * @param pointerSize of the program that started the session, 4 or 8; each event has its own
 * @param processors of the machine
 * @param bufferSize bytes of the session's buffers; those in the file may have other sizes
 * @param buffersWritten 0 where the session was never stopped
 * @param eventsLost events that found no room in any buffer
 * @param buffersLost buffers that could not be written
 * @param logFileMode EVENT_TRACE_ bits of evntrace.h
 * @param maximumFileSize MiB, 0 for no limit
 * @param cpuMegahertz nominal speed of the processors
 * @param performanceFrequency ticks per second of the performance counter, whether the trace uses
 *     it or not
 * @param startFileTime 100 ns since 1601, UTC
 * @param endFileTime 100 ns since 1601, UTC; up to seconds before the last event in merged files
 * @param loggerName the session's; "Relogger" in merged files
 * @param logFileName where the file was written
 * @param clock turns ticks into time
 */
public record EtlHeader(
    int osMajor,
    int osMinor,
    long osBuild,
    int formatMajor,
    int formatMinor,
    int pointerSize,
    long processors,
    long bufferSize,
    long buffersWritten,
    long eventsLost,
    long buffersLost,
    int logFileMode,
    long maximumFileSize,
    long cpuMegahertz,
    long performanceFrequency,
    long startFileTime,
    long endFileTime,
    String loggerName,
    String logFileName,
    EtlClock clock) {

  /** When the first event was logged. */
  public Instant start() {
    return EtlClock.instantOf(startFileTime);
  }

  /** When the session was stopped; empty where it never was. */
  public Optional<Instant> end() {
    return endFileTime == 0 ? Optional.empty() : Optional.of(EtlClock.instantOf(endFileTime));
  }

  /** Whether the session reused the file from its beginning when it was full. */
  public boolean circular() {
    return (logFileMode & LogfileHeader.MODE_CIRCULAR) != 0;
  }

  /** Whether the file was given its full size before anything was written. */
  boolean preallocated() {
    return (logFileMode & LogfileHeader.MODE_PREALLOCATE) != 0;
  }

  /** The same, of a session that appended to a file that begins with the other. */
  EtlHeader after(EtlHeader first) {
    return new EtlHeader(
        osMajor,
        osMinor,
        osBuild,
        formatMajor,
        formatMinor,
        pointerSize,
        processors,
        bufferSize,
        buffersWritten,
        eventsLost,
        buffersLost,
        logFileMode,
        maximumFileSize,
        cpuMegahertz,
        performanceFrequency,
        startFileTime,
        endFileTime,
        loggerName,
        logFileName,
        clock.after(first.clock));
  }

  /** Whether the session or who merged it compressed the buffers. */
  public boolean compressed() {
    return (logFileMode & LogfileHeader.MODE_COMPRESSED) != 0;
  }

  /** The field of the header in which the file contradicts itself. */
  static final class Invalid extends Exception {
    private static final long serialVersionUID = 1;

    Invalid(String message) {
      super(message);
    }
  }

  /**
   * Reads the payload of the first event.
   *
   * @param size of the payload, in bytes
   * @param ticks of that event
   * @throws Invalid with half a sentence that says what is wrong
   */
  static EtlHeader parse(MemorySegment segment, long at, int size, long ticks) throws Invalid {
    long end = at + size;
    if (size < LogfileHeader.POINTERS) {
      throw new Invalid("its first event is too short to describe a trace");
    }
    long pointerSize = u32(segment, at + LogfileHeader.POINTER_SIZE);
    if (pointerSize != 4 && pointerSize != 8) {
      throw new Invalid("its first event says that a pointer has " + pointerSize + " bytes");
    }
    long times = at + LogfileHeader.POINTERS + 2 * pointerSize;
    if (times + LogfileHeader.NAMES > end) {
      throw new Invalid("its first event is too short to describe a trace");
    }
    long startFileTime = i64(segment, times + LogfileHeader.START_TIME);
    long performanceFrequency = i64(segment, times + LogfileHeader.PERF_FREQ);
    long cpuMegahertz = u32(segment, at + LogfileHeader.CPU_SPEED_MHZ);
    StringBuilder loggerName = new StringBuilder();
    StringBuilder logFileName = new StringBuilder();
    long next = text(segment, times + LogfileHeader.NAMES, end, loggerName);
    text(segment, next, end, logFileName);
    return new EtlHeader(
        u8(segment, at + LogfileHeader.OS_MAJOR),
        u8(segment, at + LogfileHeader.OS_MINOR),
        u32(segment, at + LogfileHeader.OS_BUILD),
        u8(segment, at + LogfileHeader.FORMAT_MAJOR),
        u8(segment, at + LogfileHeader.FORMAT_MINOR),
        (int) pointerSize,
        u32(segment, at + LogfileHeader.NUMBER_OF_PROCESSORS),
        u32(segment, at + LogfileHeader.BUFFER_SIZE),
        u32(segment, at + LogfileHeader.BUFFERS_WRITTEN),
        u32(segment, at + LogfileHeader.EVENTS_LOST),
        u32(segment, times + LogfileHeader.BUFFERS_LOST),
        (int) u32(segment, at + LogfileHeader.LOG_FILE_MODE),
        u32(segment, at + LogfileHeader.MAXIMUM_FILE_SIZE),
        cpuMegahertz,
        performanceFrequency,
        startFileTime,
        i64(segment, at + LogfileHeader.END_TIME),
        loggerName.toString(),
        logFileName.toString(),
        clock(
            u32(segment, times + LogfileHeader.CLOCK_TYPE),
            ticks,
            startFileTime,
            performanceFrequency,
            cpuMegahertz));
  }

  private static EtlClock clock(
      long said, long ticks, long startFileTime, long performanceFrequency, long cpuMegahertz)
      throws Invalid {
    long type = said;
    if (said == LogfileHeader.CLOCK_DEFAULT) {
      // The default was the system time once and is the performance counter now: the first event
      // shows which. A counter takes centuries to come near a FILETIME.
      boolean isFileTime = Math.abs(ticks - startFileTime) < 10 * EtlClock.FILE_TIME_FREQUENCY;
      type = isFileTime ? LogfileHeader.CLOCK_SYSTEM_TIME : LogfileHeader.CLOCK_QPC;
    }
    if (type == LogfileHeader.CLOCK_SYSTEM_TIME) {
      return new EtlClock(
          EtlClock.Kind.SYSTEM_TIME, startFileTime, startFileTime, EtlClock.FILE_TIME_FREQUENCY);
    }
    if (type != LogfileHeader.CLOCK_QPC && type != LogfileHeader.CLOCK_CPU_CYCLES) {
      throw new Invalid("its clock is of the unknown type " + type);
    }
    boolean qpc = type == LogfileHeader.CLOCK_QPC;
    long frequency = qpc ? performanceFrequency : cpuMegahertz * 1_000_000;
    if (frequency <= 0 || frequency > EtlClock.MAX_FREQUENCY) {
      throw new Invalid("its clock has the impossible frequency " + frequency);
    }
    return new EtlClock(
        qpc ? EtlClock.Kind.QPC : EtlClock.Kind.CPU_CYCLES, ticks, startFileTime, frequency);
  }

  /** Reads to the 0 or to the end; returns where the next text begins. */
  private static long text(MemorySegment segment, long at, long end, StringBuilder text) {
    long next = at;
    while (next + 2 <= end) {
      int character = u16(segment, next);
      next += 2;
      if (character == 0) {
        break;
      }
      text.append((char) character);
    }
    return next;
  }
}
