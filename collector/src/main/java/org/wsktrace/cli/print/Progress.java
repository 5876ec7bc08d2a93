package org.wsktrace.cli.print;

import java.nio.file.Path;

/** Says on stderr how far the reading of a file is, when it takes over a second and is watched. */
public final class Progress implements AutoCloseable {
  private static final long SILENT_NANOS = 1_000_000_000;
  private static final long PERIOD_NANOS = 200_000_000;

  private final Screen screen;
  private final String name;
  private long next = System.nanoTime() + SILENT_NANOS;
  private int shown;

  public Progress(Screen screen, Path path) {
    this.screen = screen;
    this.name = Words.printable(String.valueOf(path.getFileName()));
  }

  /** So much is read of so much. */
  public void at(long done, long total) {
    if (!screen.interactive()) {
      return;
    }
    long now = System.nanoTime();
    if (now - next >= 0 && total > 0) {
      next = now + PERIOD_NANOS;
      String text = "reading %s: %d%%".formatted(name, Math.min(100, done * 100 / total));
      screen.err().print("\r" + text);
      screen.err().flush();
      shown = text.length();
    }
  }

  /** Takes the line away. */
  @Override
  public void close() {
    if (shown > 0) {
      screen.err().print("\r" + " ".repeat(shown) + "\r");
      screen.err().flush();
    }
  }
}
