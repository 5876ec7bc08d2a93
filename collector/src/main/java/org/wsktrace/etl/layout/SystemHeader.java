package org.wsktrace.etl.layout;

/**
 * SYSTEM_TRACE_HEADER, of an event of the kernel or of ETW itself: types 1 (32-bit pointers in the
 * payload) and 2 (64-bit). Types 3 and 4 are the same without the two times.
 *
 * <pre>
 *        0       2       4       6       8               C
 *   00  +-------+---+---+-------+---+---+---------------+---------------+
 *       |Version|typ|0C0| Size  |opc|grp|   ThreadId    |   ProcessId   |
 *   10  +-------+---+---+-------+---+---+---------------+---------------+
 *       |           TimeStamp           |  KernelTime * |   UserTime *  |
 *   20  +-------------------------------+---------------+---------------+
 *       |  performance counters, eight bytes each; then payload, to Size
 * </pre>
 *
 * Fields with a star are not in the compact form; counters and payload follow at once.
 */
public final class SystemHeader {
  /** u16: the version in the low byte; above it, VERSION_PEBS_INDEX and the number of counters. */
  public static final int VERSION = 0x00;

  /** u8: what happened. */
  public static final int OPCODE = 0x06;

  /** u8: to what; 0 is ETW itself. */
  public static final int GROUP = 0x07;

  /** u32. */
  public static final int THREAD_ID = 0x08;

  /** u32. */
  public static final int PROCESS_ID = 0x0C;

  /** i64: ticks of the trace's clock. */
  public static final int TIME_STAMP = 0x10;

  /** Bytes of this header. */
  public static final int BYTES = 0x20;

  /** Bytes of the compact form. */
  public static final int COMPACT_BYTES = 0x18;

  /** At VERSION: one more counter stands in front of the payload. */
  public static final int VERSION_PEBS_INDEX = 0x8000;

  /**
   * At VERSION, shifted down by VERSION_COUNTERS_SHIFT: how many counters stand in front of the
   * payload.
   */
  public static final int VERSION_COUNTERS = 0x0700;

  /** See VERSION_COUNTERS. */
  public static final int VERSION_COUNTERS_SHIFT = 8;

  /** Bytes of a counter. */
  public static final int COUNTER_BYTES = 8;

  private SystemHeader() {}
}
