package org.wsktrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.judge.Catalogue;

/** The pages of docs/rules are what the rules and their fixtures say. */
final class RulePagesTest {
  private static final boolean ACCEPT = Boolean.getBoolean("wsktrace.accept");
  private static final Path FOLDER = Path.of("../docs/rules");
  private static final String COMMAND =
      "they are written by: mvn -pl collector -am test -Dtest=RulePagesTest"
          + " -Dsurefire.failIfNoSpecifiedTests=false -Dwsktrace.accept=true";

  @Test
  void thePagesAreWhatTheRulesSay() throws IOException {
    List<String> differ = new ArrayList<>();
    for (Map.Entry<String, String> page : RulePages.all().entrySet()) {
      Path file = FOLDER.resolve(page.getKey());
      if (ACCEPT) {
        Files.createDirectories(FOLDER);
        Files.writeString(file, page.getValue());
      }
      if (!Files.exists(file)
          || !Files.readString(file).replace("\r\n", "\n").equals(page.getValue())) {
        differ.add(page.getKey());
      }
    }

    assertThat(differ).as("pages of docs/rules that differ from the rules; " + COMMAND).isEmpty();
  }

  @Test
  void noPageIsLeftOver() throws IOException {
    Map<String, String> pages = RulePages.all();
    try (Stream<Path> files = Files.list(FOLDER)) {
      List<Path> others =
          files.filter(file -> !pages.containsKey(file.getFileName().toString())).toList();
      if (ACCEPT) {
        for (Path other : others) {
          Files.delete(other);
        }
      } else {
        assertThat(others).as("pages of docs/rules without a rule; " + COMMAND).isEmpty();
      }
    }
  }

  /** The jar has the pages as they were when it was built. */
  @Test
  void theCommandPrintsTheExamplesOfEachPage() throws IOException {
    assumeFalse(ACCEPT, "the pages were just written");
    for (Rule rule : Catalogue.RULES) {
      String id = rule.info().id();
      List<String> printed = Run.of("rules", id).out().lines().toList();
      List<String> page = Files.readAllLines(FOLDER.resolve(id + ".md"));
      List<String> fenced = new ArrayList<>();
      boolean inside = false;
      for (String line : page) {
        if (line.startsWith("```")) {
          inside = !inside;
        } else if (inside) {
          fenced.add("  " + line);
        }
      }

      assertThat(fenced).contains("  wtrace 1");
      assertThat(printed).as(id).containsSubsequence(fenced);
    }
  }
}
