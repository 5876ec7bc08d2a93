package org.wsktrace.cli.print;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The two traces of a rule's page, docs/rules/ID.md, which is in the jar.
 *
 * @param bad lines of a trace that breaks the rule
 * @param found what wsktrace finds in it
 * @param good lines of one that keeps it
 */
public record RuleExamples(List<String> bad, List<String> found, List<String> good) {
  private static final String FENCE = "```";

  public RuleExamples {
    bad = List.copyOf(bad);
    found = List.copyOf(found);
    good = List.copyOf(good);
  }

  /** Of a rule; empty where it has no page. */
  public static Optional<RuleExamples> of(String rule) {
    String page = "/org/wsktrace/cli/rules/" + rule + ".md";
    try (InputStream in = RuleExamples.class.getResourceAsStream(page)) {
      return in == null
          ? Optional.empty()
          : Optional.of(parse(new String(in.readAllBytes(), StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A page has three fenced blocks: the bad trace, what is found in it, the good trace. */
  static RuleExamples parse(String page) {
    List<List<String>> blocks = new ArrayList<>();
    boolean inside = false;
    for (String line : page.lines().toList()) {
      if (line.startsWith(FENCE)) {
        inside = !inside;
        if (inside) {
          blocks.add(new ArrayList<>());
        }
      } else if (inside) {
        blocks.getLast().add(line);
      }
    }
    if (blocks.size() != 3) {
      throw new IllegalStateException("a page with %d fenced blocks".formatted(blocks.size()));
    }
    return new RuleExamples(blocks.get(0), blocks.get(1), blocks.get(2));
  }
}
