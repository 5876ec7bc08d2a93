package org.wsktrace.schema;

import java.util.Locale;
import java.util.regex.Pattern;

/** The spellings of one name: SendEnter in the manifest, SEND_ENTER in C, sendEnter in Java. */
final class Names {
  private static final Pattern WORD_START =
      Pattern.compile("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])");

  private Names() {}

  static String upperSnake(String camel) {
    return WORD_START.matcher(camel).replaceAll("_").toUpperCase(Locale.ROOT);
  }

  static String lowerCamel(String camel) {
    return camel.substring(0, 1).toLowerCase(Locale.ROOT) + camel.substring(1);
  }
}
