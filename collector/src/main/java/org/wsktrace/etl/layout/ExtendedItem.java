package org.wsktrace.etl.layout;

/**
 * One item of what an {@link EventHeader} event carries besides its payload: a stack, a related
 * activity, a schema. In the file the data follow at once; the API's
 * EVENT_HEADER_EXTENDED_DATA_ITEM has a pointer there.
 *
 * <pre>
 *        0        2        4        6        8
 *       +--------+--------+--------+--------+----------------------
 *       |ItemSize|ExtType |Linkage |DataSize| data, padded to ItemSize
 *       +--------+--------+--------+--------+----------------------
 * </pre>
 */
public final class ExtendedItem {
  /** u16: bytes to the next item, a multiple of eight: DataSize and this header rounded up. */
  public static final int ITEM_SIZE = 0;

  /** u16: EVENT_HEADER_EXT_TYPE_ of evntcons.h. */
  public static final int TYPE = 2;

  /** u16: LINKAGE_MORE or 0. */
  public static final int LINKAGE = 4;

  /** u16: bytes of data. */
  public static final int DATA_SIZE = 6;

  /** Bytes in front of the data. */
  public static final int BYTES = 8;

  /** At LINKAGE: another item follows. */
  public static final int LINKAGE_MORE = 0x0001;

  private ExtendedItem() {}
}
