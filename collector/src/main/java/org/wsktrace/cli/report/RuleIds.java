package org.wsktrace.cli.report;

import java.util.List;

/** Many ids in few letters. */
final class RuleIds {
  private RuleIds() {}

  /** WSK-BUF-001, 002, WSK-IRP-004: what an id shares with the one before it is left out. */
  static String inShort(List<String> ids) {
    var text = new StringBuilder();
    String before = "";
    for (String id : ids) {
      String subject = id.substring(0, id.lastIndexOf('-') + 1);
      text.append(text.isEmpty() ? "" : ", ")
          .append(
              !subject.isEmpty() && subject.equals(before) ? id.substring(subject.length()) : id);
      before = subject;
    }
    return text.toString();
  }
}
