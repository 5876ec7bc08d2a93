package org.wsktrace.etl.layout;

/**
 * MESSAGE_TRACE_HEADER, of a WPP message, and the fields that may follow it, in the order of the
 * constants here. Its text is in the PDB of who logged it: the file has the GUID of the source
 * file's messages, a number, and the bytes of the arguments.
 *
 * <pre>
 *        0       2   3   4       6       8
 *   00  +-------+---+---+-------+-------+-----------------------------
 *       | Size  | 0 |090|Number | Flags | those that Flags names; then arguments, to Size
 *       +-------+---+---+-------+-------+-----------------------------
 * </pre>
 *
 * The flags are TRACE_MESSAGE_ of evntrace.h.
 */
public final class MessageHeader {
  /** u16: of the message among those of the GUID. */
  public static final int NUMBER = 0x04;

  /** u16: the FLAG_ bits. */
  public static final int FLAGS = 0x06;

  /** Bytes of this header without what may follow. */
  public static final int BYTES = 0x08;

  /** A u32 follows that counts the messages of the session or of the machine. */
  public static final int FLAG_SEQUENCE = 0x0001;

  /** A GUID follows. */
  public static final int FLAG_GUID = 0x0002;

  /** A u32 follows in place of the GUID. */
  public static final int FLAG_COMPONENT_ID = 0x0004;

  /** An i64 follows: ticks of the trace's clock. */
  public static final int FLAG_TIME_STAMP = 0x0008;

  /** Two u32 follow: thread and process. */
  public static final int FLAG_SYSTEM_INFO = 0x0020;

  /** A 32-bit process logged it. */
  public static final int FLAG_POINTER_32 = 0x0040;

  /** A 64-bit process or the kernel logged it. */
  public static final int FLAG_POINTER_64 = 0x0080;

  private MessageHeader() {}
}
