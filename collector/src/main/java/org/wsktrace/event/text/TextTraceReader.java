package org.wsktrace.event.text;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Reads a text trace, event by event. Not thread-safe; does not close what it reads from. */
public final class TextTraceReader {
  /** One event as bytes, and when it happened: nanoseconds since the trace started. */
  public record Entry(int line, int id, MemorySegment payload, long nanos) {}

  public TextTraceReader(BufferedReader from) {}

  /**
   * @return null at the end
   * @throws TextTraceException when the line has no meaning; reading can't go on
   */
  public @Nullable Entry next() throws IOException, TextTraceException {
    return null;
  }
}
