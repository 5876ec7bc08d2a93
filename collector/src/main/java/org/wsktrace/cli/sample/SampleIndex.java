package org.wsktrace.cli.sample;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The text that names the samples, in blocks: a line with a name, then lines that begin with a
 * space and a word, {@code file}, {@code title}, {@code source} or {@code rules}. A line that
 * begins with # says nothing.
 */
final class SampleIndex {
  private static final Set<String> WORDS = Set.of("file", "title", "source", "rules");

  private SampleIndex() {}

  /**
   * @throws IllegalStateException where a line has no meaning or a block is not whole
   */
  static List<Sample> parse(String text) {
    List<Sample> samples = new ArrayList<>();
    String name = "";
    Map<String, String> block = new HashMap<>();
    for (String line : text.lines().toList()) {
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      if (!line.startsWith(" ")) {
        if (!name.isEmpty()) {
          samples.add(sample(name, block));
        }
        name = line.strip();
        block.clear();
        continue;
      }
      String[] words = line.strip().split(" +", 2);
      if (words.length < 2 || !WORDS.contains(words[0]) || block.put(words[0], words[1]) != null) {
        throw new IllegalStateException("the index of samples has no meaning at: " + line);
      }
    }
    if (!name.isEmpty()) {
      samples.add(sample(name, block));
    }
    return samples;
  }

  private static Sample sample(String name, Map<String, String> block) {
    String rules = word(name, block, "rules");
    return new Sample(
        name,
        word(name, block, "file"),
        word(name, block, "title"),
        word(name, block, "source"),
        rules.equals("none") ? List.of() : List.of(rules.split("[, ]+")));
  }

  private static String word(String name, Map<String, String> block, String word) {
    String value = block.get(word);
    if (value == null) {
      throw new IllegalStateException("the sample %s lacks its %s".formatted(name, word));
    }
    return value;
  }
}
