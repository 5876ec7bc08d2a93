package org.wsktrace.cli.listing;

import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import org.wsktrace.decode.DecodedEvent;
import org.wsktrace.etl.record.EventRecord;

/** The bytes at the end of a payload that no field describes. */
final class Leftover {
  private Leftover() {}

  /** Two digits a byte, nothing between. */
  static String hex(EventRecord event, DecodedEvent decoded) {
    int bytes = Math.min(decoded.leftover(), event.payloadSize());
    return HexFormat.of()
        .formatHex(
            event
                .segment()
                .asSlice(event.payloadOffset() + event.payloadSize() - bytes, bytes)
                .toArray(ValueLayout.JAVA_BYTE));
  }
}
