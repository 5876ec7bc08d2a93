package org.wsktrace.etl.layout;

/**
 * The first eight bytes of any event, which say what it is and how long. An event begins at a
 * multiple of eight bytes from its buffer's start, so up to seven bytes lie unused behind it.
 *
 * <pre>
 *        0       2   3   4       6   7   8
 *       +-------+---+---+-------+---+---+
 *       |   a   |typ|0C0|   b   |       |     types 1-4, 16, 17:  a = version, b = size
 *       +-------+---+---+-------+---+---+     types 10 and up:    a = size
 *
 *       +-------+---+---+-------+-------+
 *       | size  | 0 |090|number | flags |     a WPP message
 *       +-------+---+---+-------+-------+
 * </pre>
 *
 * What has another mark of the same kind, or a type of 10 and up that is not known, has its size in
 * a too (TRACE_HEADER_TYPE_ and TIMED_TRACE_HEADER of ntwmi.h, none of them in use). Four bytes of
 * ones stand for the end of the events.
 */
public final class EventMarker {
  /** u16: the size in bytes with the header, without the padding; or the version, see above. */
  public static final int SIZE = 0;

  /** u8: which header this is. */
  public static final int TYPE = 2;

  /** u8: MARK_EVENT or MARK_MESSAGE. */
  public static final int MARK = 3;

  /** u16: the size, where the first two bytes are a version. */
  public static final int SIZE_BEHIND_VERSION = 4;

  /** Enough to learn an event's size, and the least that an event has. */
  public static final int BYTES = 8;

  /** At MARK: TRACE_HEADER_FLAG | TRACE_HEADER_EVENT_TRACE. */
  public static final int MARK_EVENT = 0xC0;

  /** At MARK: TRACE_HEADER_FLAG | TRACE_MESSAGE. */
  public static final int MARK_MESSAGE = 0x90;

  /** At MARK: TRACE_HEADER_ULONG32_TIME, of TIMED_TRACE_HEADER; obsolete. */
  public static final int MARK_TIMED = 0xB0;

  /** At TYPE, with MARK_EVENT: from here on the size is in the first two bytes, but for 16, 17. */
  public static final int FIRST_SIZED = 10;

  /** The first four bytes, where the buffer ends before its Offset. */
  public static final int END = 0xFFFF_FFFF;

  /** Of an event's start in its buffer, in bytes. */
  public static final int ALIGNMENT = 8;

  private EventMarker() {}
}
