package org.wsktrace.event.text;

/**
 * A line of a text trace has no meaning. The message names the line, what was expected and what to
 * write.
 */
public final class TextTraceException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int line;

  TextTraceException(int line, String problem) {
    super("line %d: %s".formatted(line, problem));
    this.line = line;
  }

  /** From 1. */
  public int line() {
    return line;
  }
}
