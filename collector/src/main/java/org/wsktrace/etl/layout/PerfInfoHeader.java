package org.wsktrace.etl.layout;

/**
 * PERFINFO_TRACE_HEADER, of a kernel event that must cost little, such as an interrupt: types 16
 * (32-bit pointers in the payload) and 17 (64-bit). Who was running is not said.
 *
 * <pre>
 *        0       2       4       6       8
 *   00  +-------+---+---+-------+---+---+-------------------------------+
 *       |Version|typ|0C0| Size  |opc|grp|           TimeStamp           |
 *   10  +-------+---+---+-------+---+---+-------------------------------+
 *       |  performance counters, eight bytes each; then payload, to Size
 * </pre>
 *
 * Version, opcode and group are those of {@link SystemHeader}.
 */
public final class PerfInfoHeader {
  /** i64: ticks of the trace's clock. */
  public static final int TIME_STAMP = 0x08;

  /** Bytes of this header. */
  public static final int BYTES = 0x10;

  private PerfInfoHeader() {}
}
