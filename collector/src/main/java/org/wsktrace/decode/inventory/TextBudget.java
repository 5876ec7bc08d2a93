package org.wsktrace.decode.inventory;

import java.util.HashMap;
import java.util.Map;

/** Keeps each text once, and no more characters than it may. */
final class TextBudget {
  private final Map<String, String> kept = new HashMap<>();
  private long left;

  TextBudget(long characters) {
    left = characters;
  }

  /** The text, or an empty one where there is no room for it. */
  String keep(String text) {
    String known = kept.get(text);
    if (known != null) {
      return known;
    }
    if (text.length() > left) {
      return "";
    }
    left -= text.length();
    kept.put(text, text);
    return text;
  }
}
