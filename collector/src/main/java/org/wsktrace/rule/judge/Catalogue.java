package org.wsktrace.rule.judge;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.argument.ArgumentRules;
import org.wsktrace.rule.buffer.BufferRules;
import org.wsktrace.rule.context.ContextRules;
import org.wsktrace.rule.irp.IrpRules;
import org.wsktrace.rule.performance.PerformanceRules;
import org.wsktrace.rule.receive.ReceiveRules;
import org.wsktrace.rule.registration.RegistrationRules;
import org.wsktrace.rule.socket.SocketRules;
import org.wsktrace.rule.trace.TraceRules;

/** All rules. */
public final class Catalogue {
  /**
   * First the rules about the trace itself, then the others by group, each in the order of their
   * ids.
   */
  public static final List<Rule> RULES =
      Stream.of(
              TraceRules.ALL,
              BufferRules.ALL,
              IrpRules.ALL,
              ArgumentRules.ALL,
              SocketRules.ALL,
              ContextRules.ALL,
              ReceiveRules.ALL,
              RegistrationRules.ALL,
              PerformanceRules.ALL)
          .flatMap(List::stream)
          .toList();

  private Catalogue() {}

  /** The rule of an id or of an alias, in any case of letters. */
  public static Optional<Rule> find(String id) {
    return RULES.stream().filter(rule -> rule.info().isNamed(id)).findFirst();
  }
}
