package org.wsktrace.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** Text traces for tests. */
final class Samples {
  private Samples() {}

  /** A driver that frees the MDL of a send while it is pending. */
  static String mdlFreed() throws IOException {
    try (InputStream in = Samples.class.getResourceAsStream("mdl-freed.wtrace")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
