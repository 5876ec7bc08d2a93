package org.wsktrace.etl.record;

import static org.wsktrace.etl.layout.MessageHeader.FLAG_COMPONENT_ID;
import static org.wsktrace.etl.layout.MessageHeader.FLAG_GUID;
import static org.wsktrace.etl.layout.MessageHeader.FLAG_SEQUENCE;
import static org.wsktrace.etl.layout.MessageHeader.FLAG_SYSTEM_INFO;
import static org.wsktrace.etl.layout.MessageHeader.FLAG_TIME_STAMP;

import org.wsktrace.etl.layout.MessageHeader;

/** Where the fields of a WPP message lie, by its flags; in bytes from its start, -1 for absent. */
final class MessageFields {
  private static final int GUID_BYTES = 16;

  private MessageFields() {}

  static int guid(int flags) {
    return (flags & FLAG_GUID) == 0 ? -1 : behindSequence(flags);
  }

  static int timeStamp(int flags) {
    return (flags & FLAG_TIME_STAMP) == 0 ? -1 : behindName(flags);
  }

  /** Thread, then process. */
  static int systemInfo(int flags) {
    return (flags & FLAG_SYSTEM_INFO) == 0 ? -1 : behindTimeStamp(flags);
  }

  /** Where the arguments begin. */
  static int arguments(int flags) {
    return behindTimeStamp(flags) + ((flags & FLAG_SYSTEM_INFO) == 0 ? 0 : 2 * Integer.BYTES);
  }

  private static int behindSequence(int flags) {
    return MessageHeader.BYTES + ((flags & FLAG_SEQUENCE) == 0 ? 0 : Integer.BYTES);
  }

  private static int behindName(int flags) {
    int name =
        (flags & FLAG_GUID) != 0
            ? GUID_BYTES
            : (flags & FLAG_COMPONENT_ID) != 0 ? Integer.BYTES : 0;
    return behindSequence(flags) + name;
  }

  private static int behindTimeStamp(int flags) {
    return behindName(flags) + ((flags & FLAG_TIME_STAMP) == 0 ? 0 : Long.BYTES);
  }
}
