package org.wsktrace.rule.simulator;

import org.wsktrace.rule.simulator.Irp.Style;

/** What a client can do wrong: one act of the kind, at a call site of its own. */
public enum Sin {
  FREE_MDL_EARLY("WSK-BUF-001", Style.EMBEDDED),
  FREE_BUFFER_EARLY("WSK-BUF-002", Style.ALLOCATED),
  UNLOCK_EARLY("WSK-BUF-003", Style.ALLOCATED),
  FREE_IRP_EARLY("WSK-IRP-004", Style.ALLOCATED),
  REUSE_IRP_EARLY("WSK-IRP-005", Style.ALLOCATED),
  FREE_IRP_TWICE("WSK-IRP-007", Style.ALLOCATED),
  CLOSE_TWICE("WSK-SOCK-003", Style.ALLOCATED),
  LEAK_SOCKET("WSK-SOCK-005", Style.ALLOCATED),
  RELEASE_TWICE("WSK-RCV-003", Style.ALLOCATED),
  LENGTH_BEYOND_MDLS("WSK-BUF-005", Style.ALLOCATED),
  PAGES_NOT_LOCKED("WSK-BUF-004", Style.ALLOCATED),
  ROUTINE_LETS_GO("WSK-IRP-003", Style.ALLOCATED),
  ROUTINE_RAISES_IRQL("WSK-CTX-007", Style.ALLOCATED);

  /** Nobody else calls anything from there. */
  static final int SITE = 0x6660;

  private final String rule;
  private final Style style;

  Sin(String rule, Style style) {
    this.rule = rule;
    this.style = style;
  }

  /** The id of the rule that must find it. */
  String rule() {
    return rule;
  }

  /** Committed by a send or a receive while it is pending. */
  boolean isOfTransfer() {
    return switch (this) {
      case FREE_MDL_EARLY,
          FREE_BUFFER_EARLY,
          UNLOCK_EARLY,
          FREE_IRP_EARLY,
          REUSE_IRP_EARLY,
          FREE_IRP_TWICE,
          LENGTH_BEYOND_MDLS,
          PAGES_NOT_LOCKED,
          ROUTINE_LETS_GO,
          ROUTINE_RAISES_IRQL ->
          true;
      case CLOSE_TWICE, LEAK_SOCKET, RELEASE_TWICE -> false;
    };
  }

  /** The call itself is the act, so it is made from {@link #SITE}. */
  boolean isTheCall() {
    return this == LENGTH_BEYOND_MDLS || this == PAGES_NOT_LOCKED;
  }

  /** What the completion routine does is the act, so it lies at {@link #SITE}. */
  boolean isOfRoutine() {
    return this == ROUTINE_LETS_GO || this == ROUTINE_RAISES_IRQL;
  }

  Style style() {
    return style;
  }
}
