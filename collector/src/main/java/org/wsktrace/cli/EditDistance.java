package org.wsktrace.cli;

import java.util.Comparator;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How far two words are apart: letters to insert, remove or replace (Levenshtein). */
final class EditDistance {
  private static final int SUGGESTIONS = 3;

  private EditDistance() {}

  /** Those of these words that are the nearest to one, whatever the case of letters. */
  static String nearest(String word, Stream<String> words) {
    String upper = word.toUpperCase(Locale.ROOT);
    return words
        .sorted(Comparator.comparingInt(other -> between(upper, other.toUpperCase(Locale.ROOT))))
        .limit(SUGGESTIONS)
        .collect(Collectors.joining(", "));
  }

  static int between(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
