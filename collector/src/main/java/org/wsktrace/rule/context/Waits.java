package org.wsktrace.rule.context;

import org.wsktrace.event.WaitKind;
import org.wsktrace.event.WskEvent.WaitEnter;

/** What a wait asks for. */
final class Waits {
  private Waits() {}

  /** The thread may be put to sleep: with a timeout of zero an object is only looked at. */
  static boolean sleeps(WaitEnter wait) {
    return wait.kind() == WaitKind.KE_DELAY_EXECUTION_THREAD
        || wait.hasTimeout() == 0
        || wait.timeout() != 0;
  }
}
