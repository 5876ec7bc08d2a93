package org.wsktrace.rule.context;

/** The IRQLs of wdm.h that the contract speaks of. */
final class Irql {
  static final int PASSIVE = 0;
  static final int APC = 1;
  static final int DISPATCH = 2;

  private Irql() {}

  /** As people write it. */
  static String name(int irql) {
    return switch (irql) {
      case PASSIVE -> "PASSIVE_LEVEL";
      case APC -> "APC_LEVEL";
      case DISPATCH -> "DISPATCH_LEVEL";
      default -> "IRQL " + irql;
    };
  }
}
