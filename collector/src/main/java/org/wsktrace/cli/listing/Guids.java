package org.wsktrace.cli.listing;

import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import tools.jackson.core.SerializableString;
import tools.jackson.core.io.SerializedString;

/** Texts of GUIDs that come again and again: a trace has few providers. Belongs to one thread. */
final class Guids {
  // A file of random GUIDs must not fill the memory.
  private static final int REMEMBERED = 4096;

  private final Map<UUID, SerializableString> texts = new HashMap<>();
  private UUID last = new UUID(0, 0);
  private SerializableString lastText = new SerializedString(last.toString());

  /** As in {@link UUID#UUID(long, long)}. */
  SerializableString text(long high, long low) {
    if (last.getMostSignificantBits() != high || last.getLeastSignificantBits() != low) {
      last = new UUID(high, low);
      SerializableString known = texts.get(last);
      if (known == null) {
        known = new SerializedString(last.toString());
        if (texts.size() == REMEMBERED) {
          texts.clear();
        }
        texts.put(last, known);
      }
      lastText = known;
    }
    return lastText;
  }
}
