package org.wsktrace.etl;

import java.io.IOException;
import org.wsktrace.etl.record.EventRecord;

/** Events one after the other, each shown by one view. Belongs to one thread. */
public interface EventSequence {
  /** Goes to the next event; false when there is none left. */
  boolean next() throws IOException;

  /** The event that {@link #next} went to: one view for all, valid until next is called. */
  EventRecord event();
}
