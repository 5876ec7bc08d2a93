package org.wsktrace.etl.layout;

/**
 * TRACE_LOGFILE_HEADER: the payload of the first event of a file, a {@link SystemHeader} event of
 * group 0, opcode 0. P is the pointer size of the program that started the session, 4 or 8; it says
 * nothing about the events.
 *
 * <pre>
 *            0               4               8               C
 *     00    +---------------+---+---+---+---+---------------+---------------+
 *           |  BufferSize   |mjr|mnr| format|    OsBuild    |  Processors   |
 *     10    +---------------+---+---+---+---+---------------+---------------+
 *           |            EndTime            |TimerResolution|MaximumFileSize|
 *     20    +---------------+---------------+---------------+---------------+
 *           |  LogFileMode  |BuffersWritten | StartBuffers  |  PointerSize  |
 *     30    +---------------+---------------+---------------+---------------+
 *           |  EventsLost   | CpuSpeedInMHz | two pointers of P bytes (garbage)
 *   38+2P   +---------------+---------------+-------------------------------+
 *           |  TIME_ZONE_INFORMATION, 172 bytes, and 4 bytes of padding
 *   E8+2P   +-------------------------------+-------------------------------+
 *           |           BootTime            |           PerfFreq            |
 *   F8+2P   +-------------------------------+---------------+---------------+
 *           |           StartTime           | ReservedFlags |  BuffersLost  |
 *  108+2P   +-------------------------------+---------------+---------------+
 *           |  logger name, log file name: UTF-16, each with its 0
 * </pre>
 */
public final class LogfileHeader {
  /** u32: bytes of the session's buffers; in a compressed file, of the uncompressed ones. */
  public static final int BUFFER_SIZE = 0x00;

  /** u8: of Windows, 6 or 10. */
  public static final int OS_MAJOR = 0x04;

  /** u8: of Windows. */
  public static final int OS_MINOR = 0x05;

  /** u8: of the log format; 1, or 2 where buffers are compressed. */
  public static final int FORMAT_MAJOR = 0x06;

  /** u8: of the log format. */
  public static final int FORMAT_MINOR = 0x07;

  /** u32: build number of Windows ("ProviderVersion"). */
  public static final int OS_BUILD = 0x08;

  /** u32. */
  public static final int NUMBER_OF_PROCESSORS = 0x0C;

  /** i64: FILETIME; 0 while the session runs. */
  public static final int END_TIME = 0x10;

  /** u32: MiB, 0 for no limit. */
  public static final int MAXIMUM_FILE_SIZE = 0x1C;

  /** u32: the MODE_ bits and others, EVENT_TRACE_ of evntrace.h. */
  public static final int LOG_FILE_MODE = 0x20;

  /** u32: as of when the session was stopped; stale where it never was. */
  public static final int BUFFERS_WRITTEN = 0x24;

  /** u32: 4 or 8. */
  public static final int POINTER_SIZE = 0x2C;

  /** u32: events that the session had no room for. */
  public static final int EVENTS_LOST = 0x30;

  /** u32. */
  public static final int CPU_SPEED_MHZ = 0x34;

  /** Where the two pointers begin. */
  public static final int POINTERS = 0x38;

  /** i64, from the end of the pointers: FILETIME. */
  public static final int BOOT_TIME = 0xB0;

  /** i64, from the end of the pointers: ticks per second of the performance counter. */
  public static final int PERF_FREQ = 0xB8;

  /** i64, from the end of the pointers: FILETIME of the first event. */
  public static final int START_TIME = 0xC0;

  /** u32, from the end of the pointers: the CLOCK_ numbers ("ReservedFlags"). */
  public static final int CLOCK_TYPE = 0xC8;

  /** u32, from the end of the pointers. */
  public static final int BUFFERS_LOST = 0xCC;

  /** From the end of the pointers: where the two names begin. */
  public static final int NAMES = 0xD0;

  /** At LOG_FILE_MODE: EVENT_TRACE_FILE_MODE_CIRCULAR, the newest buffers overwrite the oldest. */
  public static final int MODE_CIRCULAR = 0x0000_0002;

  /**
   * At LOG_FILE_MODE: EVENT_TRACE_FILE_MODE_PREALLOCATE, the file has its full size from the
   * beginning.
   */
  public static final int MODE_PREALLOCATE = 0x0000_0020;

  /** At LOG_FILE_MODE: buffers are compressed. */
  public static final int MODE_COMPRESSED = 0x0400_0000;

  /** At CLOCK_TYPE: whatever the Windows version takes for the default. */
  public static final int CLOCK_DEFAULT = 0;

  /** At CLOCK_TYPE: QueryPerformanceCounter. */
  public static final int CLOCK_QPC = 1;

  /** At CLOCK_TYPE: ticks are FILETIMEs. */
  public static final int CLOCK_SYSTEM_TIME = 2;

  /** At CLOCK_TYPE: processor cycles. */
  public static final int CLOCK_CPU_CYCLES = 3;

  private LogfileHeader() {}
}
