package org.wsktrace.decode.inventory;

import java.util.HashMap;
import java.util.Map;

/** Keeps each text once, and no more of them than there is room for. */
final class TextBudget {
  // About what an entry of the map takes besides its text.
  private static final long COST = 64;

  private final Map<String, String> kept = new HashMap<>();
  private long left;

  /**
   * @param room in characters, of which each text takes 64 more than it has
   */
  TextBudget(long room) {
    left = room;
  }

  /** The text, or an empty one where there is no room for it. */
  String keep(String text) {
    String known = kept.get(text);
    if (known != null) {
      return known;
    }
    long cost = COST + text.length();
    if (cost > left) {
      return "";
    }
    left -= cost;
    kept.put(text, text);
    return text;
  }
}
