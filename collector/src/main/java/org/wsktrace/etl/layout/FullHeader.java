package org.wsktrace.etl.layout;

/**
 * EVENT_TRACE_HEADER of evntrace.h, of an event of a classic provider: types 10 (of a 32-bit
 * process) and 20 (64-bit). Types 11 and 21 are EVENT_INSTANCE_GUID_HEADER, which goes on with the
 * instance of a transaction.
 *
 * <pre>
 *        0       2       4       6       8               C
 *   00  +-------+---+---+---+---+-------+---------------+---------------+
 *       | Size  |typ|0C0|opc|lev|Version|   ThreadId    |   ProcessId   |
 *   10  +-------+---+---+---+---+-------+---------------+---------------+
 *       |           TimeStamp           |             Guid
 *   20  +-------------------------------+-------------------------------+
 *               ... Guid                |         ProcessorTime         |
 *   30  +---------------+---------------+-------------------------------+
 *       | InstanceId *  |  ParentId *   |          ParentGuid *
 *   40  +---------------+---------------+-------------------------------+
 *            ... ParentGuid *           |  payload, to Size
 *   48  +-------------------------------+
 * </pre>
 *
 * Fields with a star are those of an instance; of a plain event the payload begins there.
 */
public final class FullHeader {
  /** u8: what happened; "Type" of the class. */
  public static final int OPCODE = 0x04;

  /** u8. */
  public static final int LEVEL = 0x05;

  /** u16: of the class's layout. */
  public static final int VERSION = 0x06;

  /** u32. */
  public static final int THREAD_ID = 0x08;

  /** u32. */
  public static final int PROCESS_ID = 0x0C;

  /** i64: ticks of the trace's clock. */
  public static final int TIME_STAMP = 0x10;

  /** A GUID: the class of the event, not its provider. */
  public static final int GUID = 0x18;

  /** Bytes of the header of a plain event. */
  public static final int BYTES = 0x30;

  /** u32: names a transaction. */
  public static final int INSTANCE_ID = 0x30;

  /** u32: the transaction that this one is part of, or 0. */
  public static final int PARENT_INSTANCE_ID = 0x34;

  /** A GUID: the class of the parent. */
  public static final int PARENT_GUID = 0x38;

  /** Bytes of the header of an event of an instance. */
  public static final int INSTANCE_BYTES = 0x48;

  private FullHeader() {}
}
