package org.wsktrace.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;

/** One run of the program, in this process. */
record Run(int status, String out, String err) {
  /** Runs a command; what is no text, such as a Path, becomes one. */
  static Run of(Object... args) {
    var out = new StringWriter();
    var err = new StringWriter();
    int status =
        Main.run(
            Arrays.stream(args).map(Object::toString).toArray(String[]::new),
            new PrintWriter(out),
            new PrintWriter(err));
    return new Run(status, out.toString(), err.toString());
  }
}
