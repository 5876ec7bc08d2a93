package org.wsktrace.rule.context;

import org.wsktrace.event.WskEvent.CallbackEnter;
import org.wsktrace.event.WskEvent.OpComplete;
import org.wsktrace.track.LiveThread.Frame;

/** The driver's own code that WSK calls. */
final class Routine {
  private Routine() {}

  /** For the begin of a sentence: A completion routine of WskSend, WskReceiveEvent. */
  static String name(Frame frame) {
    return switch (frame.enter().event()) {
      case OpComplete complete -> "A completion routine of " + complete.verb().label();
      case CallbackEnter callback -> "A " + callback.kind().label() + " callback";
      default -> "A routine";
    };
  }
}
