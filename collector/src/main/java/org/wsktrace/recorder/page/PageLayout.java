package org.wsktrace.recorder.page;

/**
 * A page of the flight recorder, layout 1; capture-driver/src/ring.h is the definition. All numbers
 * are little-endian.
 *
 * <pre>
 *        0               4               8       A       C
 *   00  +-------------------------------+-------+-------+---------------+
 *       |   Magic  "WSKTRING"           |Layout |HdrByte|  BlockBytes   |
 *   10  +-------------------------------+-------+-------+---------------+
 *       |           Position            |           StartTime           |
 *   20  +-------------------------------+-------------------------------+
 *       |           StartQpc            |         QpcFrequency          |
 *   30  +-------+-------+---------------+---------------+---------------+
 *       | Proc. | Procs |   RingBytes   |     Flags     |      Crc      |
 *   40  +-------+-------+---------------+---------------+---------------+
 *       |  frames, one behind the other: Stamp, Length, Crc, record     |
 * </pre>
 */
public final class PageLayout {
  /** Of a page, its header included. */
  public static final int PAGE_BYTES = 0x1000;

  /** Of the header. */
  public static final int HEADER_BYTES = 0x40;

  /** The layout that this is. */
  public static final int LAYOUT = 1;

  /** u64 at 0, "WSKTRING". */
  public static final long MAGIC = 0x474E_4952_544B_5357L;

  /** u16. */
  public static final int LAYOUT_AT = 0x08;

  /** u16. */
  public static final int HEADER_BYTES_AT = 0x0A;

  /** u32. */
  public static final int PAGE_BYTES_AT = 0x0C;

  /** u64: of the page in its ring, which grows for ever; a multiple of the page. */
  public static final int POSITION = 0x10;

  /** u64: FILETIME of the capture's start. */
  public static final int START_TIME = 0x18;

  /** i64: the same moment in ticks. */
  public static final int START_TICKS = 0x20;

  /** u64: ticks per second. */
  public static final int FREQUENCY = 0x28;

  /** u16: whose ring. */
  public static final int PROCESSOR = 0x30;

  /** u16: that have a ring. */
  public static final int PROCESSORS = 0x32;

  /** u32: of each ring. */
  public static final int RING_BYTES = 0x34;

  /** u32: FLAG_; bits 8 to 15 are the bytes of a pointer. */
  public static final int FLAGS = 0x38;

  /** u32: CRC-32C of the header, with this field 0. */
  public static final int CRC = 0x3C;

  /** At FLAGS: frames have check sums. */
  public static final int FLAG_FRAMES_HAVE_CRC = 0x1;

  /** At FLAGS. */
  public static final int FLAGS_POINTER_SHIFT = 8;

  /** Windows has no more processors. */
  public static final int MAX_PROCESSORS = 2048;

  /** u64 at 0 of a frame: the frame's position. */
  public static final int FRAME_STAMP = 0x00;

  /** u32: LENGTH_ bits; 0 while it is being written. */
  public static final int FRAME_LENGTH = 0x08;

  /** u32: CRC-32C of the frame, with Length and this field 0. */
  public static final int FRAME_CRC = 0x0C;

  /** Of a frame before its record. */
  public static final int FRAME_BYTES = 0x10;

  /** Frames begin at multiples of this. */
  public static final int FRAME_ALIGNMENT = 0x10;

  /** At FRAME_LENGTH: bytes of the frame. */
  public static final int LENGTH_BYTES = 0x7FFF_FFF0;

  /** At FRAME_LENGTH: how many bytes at its end are filling. */
  public static final int LENGTH_FILLING = 0xF;

  private PageLayout() {}
}
