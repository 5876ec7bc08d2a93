package org.wsktrace.rule.receive;

import org.jspecify.annotations.Nullable;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent.CallbackExit;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveThread;
import org.wsktrace.track.LiveThread.Frame;
import org.wsktrace.track.LiveThread.Kind;

/** Callbacks that have not returned. */
final class Running {
  private Running() {}

  /** The call of the callback that returns just now; null where that is missing from the trace. */
  static @Nullable TimedEvent enter(Trial trial, CallbackExit exit) {
    LiveThread thread = trial.tracks().stage().thread();
    if (thread == null) {
      return null;
    }
    for (Frame frame : thread.frames().reversed()) {
      if (frame.kind() == Kind.CALLBACK
          && frame.enter().event().header().opId() == exit.header().opId()) {
        return frame.enter();
      }
    }
    return null;
  }
}
