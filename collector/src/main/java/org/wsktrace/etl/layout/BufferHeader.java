package org.wsktrace.etl.layout;

/**
 * WMI_BUFFER_HEADER: the first 72 bytes of every buffer, the same on 32-bit and 64-bit Windows.
 *
 * <pre>
 *        0               4               8               C
 *   00  +---------------+---------------+---------------+---------------+
 *       |  BufferSize   | SavedOffset * |CurrentOffset *|ReferenceCount*|
 *   10  +---------------+---------------+---------------+---------------+
 *       |           TimeStamp           |        SequenceNumber         |
 *   20  +-------------------------------+-------+-------+---------------+
 *       |     clock, list pointer *     | Proc. |Logger |     State     |
 *   30  +---------------+-------+-------+-------+-------+---------------+
 *       |    Offset     | Flag  | Type  |       pointers, times *       |
 *   40  +---------------+-------+-------+-------------------------------+
 *       |       pointers, times *       |  events, to Offset
 *   48  +-------------------------------+
 * </pre>
 *
 * Fields with a star hold whatever the kernel had there and say nothing: do not read them.
 */
public final class BufferHeader {
  /** u32: bytes of this buffer in the file with this header; the next buffer begins behind them. */
  public static final int BUFFER_SIZE = 0x00;

  /**
   * i64: when it was written out; ticks of the event clock, or a FILETIME where the file was
   * merged.
   */
  public static final int TIME_STAMP = 0x10;

  /** i64: in the order in which the session took buffers into use; gaps are normal. */
  public static final int SEQUENCE_NUMBER = 0x18;

  /** u16: the processor that filled it; see the masks below. */
  public static final int PROCESSOR_INDEX = 0x28;

  /** u16: the session's number, 0 in merged files. */
  public static final int LOGGER_ID = 0x2A;

  /**
   * u32: free, in use, flushed ...; in the first buffer of a compressed file, the format:
   * COMPRESSION_FORMAT_ of ntifs.h in the lower half.
   */
  public static final int STATE = 0x2C;

  /**
   * u32: end of the events, counted from the buffer's start; of the uncompressed bytes where it is
   * compressed.
   */
  public static final int OFFSET = 0x30;

  /** u16: the FLAG_ bits. */
  public static final int BUFFER_FLAG = 0x34;

  /** u16: the TYPE_ numbers. */
  public static final int BUFFER_TYPE = 0x36;

  /** Bytes of this header; the first event begins here. */
  public static final int BYTES = 0x48;

  /** Events were lost before this buffer was begun. */
  public static final int FLAG_EVENTS_LOST = 0x02;

  /** A whole buffer was lost before this one. */
  public static final int FLAG_BUFFER_LOST = 0x04;

  /**
   * PROCESSOR_INDEX is an 11-bit index (Windows 8 and later), else it is a byte with an alignment
   * above it.
   */
  public static final int FLAG_PROCESSOR_INDEX = 0x20;

  /** The bytes behind this header are compressed. */
  public static final int FLAG_COMPRESSED = 0x40;

  /** Of PROCESSOR_INDEX, where FLAG_PROCESSOR_INDEX is set. */
  public static final int PROCESSOR_MASK = 0x07FF;

  /** Of PROCESSOR_INDEX, where it is not. */
  public static final int OLD_PROCESSOR_MASK = 0x00FF;

  /** Ordinary events. */
  public static final int TYPE_GENERIC = 0;

  /** The first buffer of a file: begins with the event that describes the trace. */
  public static final int TYPE_HEADER = 4;

  private BufferHeader() {}
}
