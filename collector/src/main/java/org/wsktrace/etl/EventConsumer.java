package org.wsktrace.etl;

import java.io.IOException;
import org.wsktrace.etl.record.EventRecord;

/** Takes events, one after the other, on the thread that reads. */
@FunctionalInterface
public interface EventConsumer {
  /**
   * Takes one event.
   *
   * @param event a view that is valid until this method returns, and then used for the next event:
   *     take out of it what you keep
   * @throws IOException ends the reading and goes to its caller, as any exception does
   */
  void accept(EventRecord event) throws IOException;
}
