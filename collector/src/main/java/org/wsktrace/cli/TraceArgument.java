package org.wsktrace.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.wsktrace.cli.sample.Sample;

/**
 * The trace that a command is given: the name of a file, or sample:NAME for one that ships with the
 * program.
 *
 * @param file null for a sample
 * @param sample null for a file
 */
record TraceArgument(@Nullable Path file, @Nullable Sample sample) {
  private static final String PREFIX = "sample:";

  /** What is done with the file of a trace. */
  @FunctionalInterface
  interface Use<T> {
    T of(Path file) throws IOException;
  }

  /** What somebody wrote; a file whose name begins like a sample is ./sample:NAME. */
  static TraceArgument parse(String text) {
    return text.startsWith(PREFIX)
        ? new TraceArgument(null, sample(text.substring(PREFIX.length())))
        : new TraceArgument(Main.path(text), null);
  }

  /**
   * A sample that ships with the program.
   *
   * @throws IllegalArgumentException where there is none of that name; the message names the
   *     nearest
   */
  static Sample sample(String name) {
    return Sample.find(name)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no sample '%s'; the nearest are %s"
                        .formatted(
                            name,
                            EditDistance.nearest(name, Sample.all().stream().map(Sample::name)))));
  }

  /** Does something with the file; that of a sample is there for so long only. */
  <T> T with(Use<T> use) throws IOException {
    if (sample == null) {
      return use.of(Objects.requireNonNull(file));
    }
    Path folder = Files.createTempDirectory("wsktrace-sample");
    Path copy = folder.resolve(sample.file());
    try {
      Files.write(copy, sample.content());
      return use.of(copy);
    } finally {
      Files.deleteIfExists(copy);
      Files.deleteIfExists(folder);
    }
  }
}
