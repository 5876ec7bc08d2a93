package org.wsktrace.cli;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** One run of the program, in this process. */
record Run(int status, String out, String err) {
  /** Runs a command; what is no text, such as a Path, becomes one. */
  static Run of(Object... args) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    int status =
        Main.run(Arrays.stream(args).map(Object::toString).toArray(String[]::new), out, err);
    return new Run(
        status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
