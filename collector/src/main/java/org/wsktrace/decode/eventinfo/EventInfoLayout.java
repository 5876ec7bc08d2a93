package org.wsktrace.decode.eventinfo;

/**
 * TRACE_EVENT_INFO of tdh.h. Offsets in it are from its start, 0 where there is nothing; texts are
 * UTF-16 with a NUL.
 *
 * <pre>
 *   0   GUID provider           48  u32 decoding source      84  u32 binary XML offset
 *   16  GUID event class        52  u32 provider name        88  u32 binary XML size
 *   32  u16 id                  56  u32 level name           92  u32 event name (activity id name)
 *   34  u8  version, channel    60  u32 channel name         96  u32 event attributes (related ...)
 *   36  u8  level, opcode       64  u32 keywords             100 u32 property count
 *   38  u16 task                68  u32 task name            104 u32 top level property count
 *   40  u64 keyword             72  u32 opcode name          108 u32 flags
 *                               76  u32 event message        112 properties, 24 bytes each
 *                               80  u32 provider message
 *
 *   property: u32 flags | u32 name | u16 in | u16 out | u32 map name | u16 count | u16 length | u32 tags
 *             of a struct in is its first member, out how many, among all properties
 * </pre>
 */
final class EventInfoLayout {
  static final int PROVIDER = 0;
  static final int EVENT_CLASS = 16;
  static final int ID = 32;
  static final int VERSION = 34;
  static final int OPCODE = 37;

  /** u32: SOURCE_ and others. */
  static final int DECODING_SOURCE = 48;

  static final int PROVIDER_NAME = 52;
  static final int TASK_NAME = 68;
  static final int OPCODE_NAME = 72;

  /** u32: in a manifest event its name. Of a classic event it is the name of an activity id. */
  static final int EVENT_NAME = 92;

  static final int PROPERTY_COUNT = 100;
  static final int TOP_LEVEL_PROPERTY_COUNT = 104;
  static final int BYTES = 112;

  /** At DECODING_SOURCE: an instrumentation manifest. */
  static final int SOURCE_XML = 0;

  /** At DECODING_SOURCE: a MOF class. */
  static final int SOURCE_WBEM = 1;

  // Of a property.
  static final int FLAGS = 0;
  static final int NAME = 4;
  static final int IN_TYPE = 8;
  static final int OUT_TYPE = 10;
  static final int MAP_NAME = 12;
  static final int COUNT = 16;
  static final int LENGTH = 18;
  static final int PROPERTY_BYTES = 24;

  /** At FLAGS: a struct. */
  static final int FLAG_STRUCT = 1;

  /** At FLAGS: LENGTH is the number of the property that has the length. */
  static final int FLAG_LENGTH_PROPERTY = 2;

  /** At FLAGS: COUNT is the number of the property that has the count. */
  static final int FLAG_COUNT_PROPERTY = 4;

  /** At FLAGS: an array, also of one. */
  static final int FLAG_FIXED_COUNT = 0x20;

  /** At FLAGS: a schema of its own stands where the map name would. */
  static final int FLAG_CUSTOM_SCHEMA = 0x80;

  private EventInfoLayout() {}
}
