package org.wsktrace.rule;

import org.wsktrace.track.Tracks;

/** What a rule sees and says while a trace is judged. */
public interface Trial {
  Tracks tracks();

  /** Nanoseconds since the trace started, of the newest event. */
  long nanos();

  void charge(Charge charge);
}
