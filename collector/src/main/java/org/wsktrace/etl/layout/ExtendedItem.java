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

  /** u16: EVENT_HEADER_EXT_TYPE_ of evntcons.h, see below; others may come. */
  public static final int TYPE = 2;

  /** u16: LINKAGE_MORE or 0. */
  public static final int LINKAGE = 4;

  /** u16: bytes of data. */
  public static final int DATA_SIZE = 6;

  /** Bytes in front of the data. */
  public static final int BYTES = 8;

  /** At LINKAGE: another item follows. */
  public static final int LINKAGE_MORE = 0x0001;

  /** At TYPE: a GUID, the activity that this one came from. */
  public static final int RELATED_ACTIVITY_ID = 1;

  /** At TYPE: a SID, the user of who logged it. */
  public static final int SID = 2;

  /** At TYPE: a u32, the terminal session. */
  public static final int SESSION_ID = 3;

  /** At TYPE: two u32 and a GUID, as in {@link FullHeader}. */
  public static final int INSTANCE_INFO = 4;

  /** At TYPE: a u64 that is equal for the two halves of a stack, then u32 addresses. */
  public static final int STACK_32 = 5;

  /** At TYPE: a u64 that is equal for the two halves of a stack, then u64 addresses. */
  public static final int STACK_64 = 6;

  /** At TYPE: a u64, precise event-based sampling. */
  public static final int PEBS_INDEX = 7;

  /** At TYPE: u64 performance counters. */
  public static final int COUNTERS = 8;

  /** At TYPE: a process state manager key. */
  public static final int PSM_KEY = 9;

  /** At TYPE: a u64, unique for the event. */
  public static final int EVENT_KEY = 10;

  /** At TYPE: TraceLogging: the event's name and fields. */
  public static final int EVENT_SCHEMA = 11;

  /** At TYPE: the provider's name, and its group. */
  public static final int PROVIDER_TRAITS = 12;

  /** At TYPE: a u64, unique for the process. */
  public static final int PROCESS_START_KEY = 13;

  /** At TYPE: a GUID, the control GUID of a WPP provider. */
  public static final int CONTROL_GUID = 14;

  /** At TYPE: a u64, which no documentation explains. */
  public static final int QPC_DELTA = 15;

  /** At TYPE: a GUID, the container. */
  public static final int CONTAINER_ID = 16;

  /** At TYPE: two u64 that name a stack logged before; 32-bit addresses. */
  public static final int STACK_KEY_32 = 17;

  /** At TYPE: two u64 that name a stack logged before; 64-bit addresses. */
  public static final int STACK_KEY_64 = 18;

  private ExtendedItem() {}
}
