package org.wsktrace.etl.layout;

/**
 * EVENT_HEADER as it lies on disk, of an event of a manifest or TraceLogging provider: types 18 (of
 * a 32-bit process) and 19 (of a 64-bit process or the kernel).
 *
 * <pre>
 *        0       2       4       6       8               C
 *   00  +-------+---+---+-------+-------+---------------+---------------+
 *       | Size  |typ|0C0| Flags | Prop. |   ThreadId    |   ProcessId   |
 *   10  +-------+---+---+-------+-------+---------------+---------------+
 *       |           TimeStamp           |           ProviderId
 *   20  +-------------------------------+-------+---+---+---+---+-------+
 *                ... ProviderId         |  Id   |ver|cha|lev|opc| Task  |
 *   30  +-------------------------------+-------+---+---+---+---+-------+
 *       |            Keyword            |         ProcessorTime         |
 *   40  +-------------------------------+-------------------------------+
 *       |                          ActivityId                           |
 *   50  +---------------------------------------------------------------+
 *       |  extended items, where Flags has EXTENDED_INFO; then payload, to Size
 * </pre>
 */
public final class EventHeader {
  /**
   * u16: FLAG_EXTENDED_INFO or 0; the other flags of the API's EVENT_HEADER are made up by
   * ProcessTrace.
   */
  public static final int FLAGS = 0x04;

  /** u32. */
  public static final int THREAD_ID = 0x08;

  /** u32. */
  public static final int PROCESS_ID = 0x0C;

  /** i64: ticks of the trace's clock. */
  public static final int TIME_STAMP = 0x10;

  /** A GUID: u32, u16, u16, eight bytes. */
  public static final int PROVIDER_ID = 0x18;

  /** u16: the event's number within its provider; 0 for TraceLogging. */
  public static final int ID = 0x28;

  /** u8. */
  public static final int VERSION = 0x2A;

  /** u8: 11 for TraceLogging. */
  public static final int CHANNEL = 0x2B;

  /** u8. */
  public static final int LEVEL = 0x2C;

  /** u8. */
  public static final int OPCODE = 0x2D;

  /** u16. */
  public static final int TASK = 0x2E;

  /** u64: a bit set. */
  public static final int KEYWORD = 0x30;

  /** u64, or two u32: kernel and user time of the thread. */
  public static final int PROCESSOR_TIME = 0x38;

  /** A GUID. */
  public static final int ACTIVITY_ID = 0x40;

  /** Bytes of this header. */
  public static final int BYTES = 0x50;

  /** At FLAGS: extended items follow. */
  public static final int FLAG_EXTENDED_INFO = 0x0001;

  private EventHeader() {}
}
