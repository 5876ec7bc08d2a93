package org.wsktrace.rule.receive;

import org.wsktrace.track.receive.Retained;

/** How much, for a title. */
final class Amount {
  private Amount() {}

  static String of(Retained retained) {
    return elements(retained.elements());
  }

  static String elements(int count) {
    return count == 1 ? "1 element" : count + " elements";
  }
}
