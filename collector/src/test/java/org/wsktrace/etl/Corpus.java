package org.wsktrace.etl;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Real .etl files beside the repository, in ../shared/corpus, with expected.tsv that says what an
 * independent reader found in each. They are not part of the project; tests on them are skipped
 * where they are absent.
 */
public final class Corpus {
  // Tests run in the module's folder.
  private static final Path FOLDER = Path.of("..", "..", "shared", "corpus");

  private Corpus() {}

  /** One file and its line of expected.tsv, by column. */
  public record Sample(Path file, Map<String, String> expected) {
    public boolean compressed() {
      return !expected.get("compressed_buffers").equals("0");
    }

    public long number(String column) {
      return Long.parseLong(expected.get(column));
    }

    @Override
    public String toString() {
      return file.getFileName().toString();
    }
  }

  /** All of it; skips the test where there is none. */
  public static List<Sample> samples() throws IOException {
    Path table = FOLDER.resolve("expected.tsv");
    String absent = "skipped: no real .etl files, " + table + " does not exist";
    if (!Files.exists(table)) {
      // Reports of a skipped test leave the reason out.
      System.out.println(absent);
    }
    assumeTrue(Files.exists(table), absent);
    List<String> lines = Files.readAllLines(table);
    List<String> columns = columns(lines.getFirst());
    return lines.stream().skip(1).map(line -> sample(columns, columns(line))).toList();
  }

  /** The one with this name; skips the test where there is none. */
  public static Sample sample(String name) throws IOException {
    return samples().stream()
        .filter(sample -> sample.toString().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static Sample sample(List<String> columns, List<String> values) {
    Map<String, String> expected = new HashMap<>();
    for (int i = 0; i < columns.size(); i++) {
      expected.put(columns.get(i), values.get(i));
    }
    return new Sample(FOLDER.resolve(values.getFirst()), expected);
  }

  private static List<String> columns(String line) {
    return Arrays.asList(line.split("\t", -1));
  }
}
