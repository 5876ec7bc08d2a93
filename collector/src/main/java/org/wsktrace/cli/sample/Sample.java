package org.wsktrace.cli.sample;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * A trace that ships with the program.
 *
 * @param name by which it is asked for
 * @param file its name as a file, with the ending that says its kind
 * @param title what its driver does, in a sentence
 * @param source where the story is told: a public page, or the driver that was recorded
 * @param rules the ids of the rules that are broken in it; none for a driver that keeps them
 */
public record Sample(String name, String file, String title, String source, List<String> rules) {
  private static final String TEXT = ".wtrace";

  public Sample {
    rules = List.copyOf(rules);
  }

  /** All of them, in the order of the index. */
  public static List<Sample> all() {
    try {
      return SampleIndex.parse(new String(read("index"), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The one of this name, in any case of letters. */
  public static Optional<Sample> find(String name) {
    return all().stream().filter(sample -> sample.name.equalsIgnoreCase(name)).findFirst();
  }

  /** Whether people can read it as it is. */
  public boolean isText() {
    return file.endsWith(TEXT);
  }

  /** The bytes of the file. */
  public byte[] content() throws IOException {
    return read(file);
  }

  private static byte[] read(String file) throws IOException {
    try (InputStream in = Sample.class.getResourceAsStream("/org/wsktrace/cli/samples/" + file)) {
      if (in == null) {
        throw new FileNotFoundException("the sample " + file + " is not in the jar");
      }
      return in.readAllBytes();
    }
  }
}
