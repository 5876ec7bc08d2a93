package org.wsktrace.rule.irp;

import java.util.List;
import org.wsktrace.rule.Rule;

/** The rules of this subject, in the order of their ids. */
public final class IrpRules {
  public static final List<Rule> ALL =
      List.of(IrpFreedInFlight.RULE, IrpReusedInFlight.RULE, IrpFreedTwice.RULE);

  private IrpRules() {}
}
