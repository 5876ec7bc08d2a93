package org.wsktrace.event.text;

import java.util.HexFormat;

/**
 * One line of a text trace and how far it is read. Words are separated by spaces; '#' in front of a
 * word starts a comment.
 */
final class Line {
  private final int number;
  private final String text;
  private int at;

  Line(int number, String text) {
    this.number = number;
    this.text = text;
  }

  int number() {
    return number;
  }

  TextTraceException problem(String message) {
    return new TextTraceException(number, message);
  }

  /** True when only blanks or a comment are left. */
  boolean atEnd() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    return at == text.length() || text.charAt(at) == '#';
  }

  /** Takes the character if it comes next. */
  boolean take(char expected) {
    if (at < text.length() && text.charAt(at) == expected) {
      at++;
      return true;
    }
    return false;
  }

  /** Takes up to the next blank. */
  String word() {
    return upTo("");
  }

  /** Takes a field's name: up to '=', a brace or a blank. */
  String name() {
    return upTo("={}");
  }

  /** Takes a value: a text in quotes, or up to a blank or '}'. */
  String value() throws TextTraceException {
    return take('"') ? quoted() : upTo("}");
  }

  private String upTo(String stops) {
    int start = at;
    while (at < text.length()
        && !Character.isWhitespace(text.charAt(at))
        && stops.indexOf(text.charAt(at)) < 0) {
      at++;
    }
    return text.substring(start, at);
  }

  private String quoted() throws TextTraceException {
    var content = new StringBuilder();
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == '"') {
        return content.toString();
      }
      content.append(c == '\\' ? escaped() : c);
    }
    throw problem("a text has no end; write a \" behind it");
  }

  /** In quotes, with everything escaped that would not survive a text file. */
  static String quote(String content) {
    var quoted = new StringBuilder("\"");
    for (int i = 0; i < content.length(); i++) {
      char c = content.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' ' || c > '~') {
        quoted.append("\\u%04x".formatted((int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }

  private char escaped() throws TextTraceException {
    if (take('\\')) {
      return '\\';
    }
    if (take('"')) {
      return '"';
    }
    if (take('u') && at + 4 <= text.length()) {
      String digits = text.substring(at, at + 4);
      at += 4;
      try {
        return (char) HexFormat.fromHexDigits(digits);
      } catch (IllegalArgumentException e) {
        throw problem("\\u%s is no character; write four hexadecimal digits".formatted(digits));
      }
    }
    throw problem(
        "in a text, write \\\\ for a backslash, \\\" for a quote, \\u0041 for a character");
  }
}
