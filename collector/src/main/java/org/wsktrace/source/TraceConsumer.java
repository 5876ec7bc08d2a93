package org.wsktrace.source;

import java.io.IOException;

/** Takes what a trace holds, in order, on the thread that reads. */
public interface TraceConsumer {
  /** One event; {@link SourceEvent#seq} only grows. */
  void event(SourceEvent event) throws IOException;

  /** What is missing before the next event, or at the end. */
  void loss(SourceLoss loss) throws IOException;

  /**
   * How far the reading is, now and then.
   *
   * @param done bytes of the file
   * @param total bytes of the file
   */
  default void progress(long done, long total) {}
}
