package org.wsktrace.rule.judge;

import java.util.List;
import org.wsktrace.rule.Rule;

/** All rules. */
public final class Catalogue {
  private Catalogue() {}

  /**
   * A fresh set, for one {@link Judge}, in the order of their ids with the trace's own rules first.
   */
  public static List<Rule> rules() {
    return List.of();
  }
}
