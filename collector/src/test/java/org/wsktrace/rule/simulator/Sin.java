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
  RELEASE_TWICE("WSK-RCV-003", Style.ALLOCATED);

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
          FREE_IRP_TWICE ->
          true;
      case CLOSE_TWICE, LEAK_SOCKET, RELEASE_TWICE -> false;
    };
  }

  Style style() {
    return style;
  }
}
