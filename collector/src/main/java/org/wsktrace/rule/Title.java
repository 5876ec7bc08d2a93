package org.wsktrace.rule;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The template of a title and what fills it. */
public final class Title {
  private static final Pattern NAME = Pattern.compile("\\{(\\w+)}");

  private Title() {}

  /**
   * The title with its names filled.
   *
   * @throws IllegalArgumentException where the template has a name that nothing fills
   */
  public static String of(String template, Map<String, Quantity> quantities) {
    return NAME.matcher(template)
        .replaceAll(
            found -> {
              Quantity quantity = quantities.get(found.group(1));
              if (quantity == null) {
                throw new IllegalArgumentException(
                    "nothing fills {%s} of: %s".formatted(found.group(1), template));
              }
              return Matcher.quoteReplacement(quantity.text());
            });
  }
}
