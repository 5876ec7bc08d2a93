// Generated from schema/wsktrace.man: change that, then run `mvn -pl schema compile exec:exec`.
package org.wsktrace.event;

/** Values of the manifest's map Rule. */
public enum Rule {
  /** A value that this version does not know. */
  UNKNOWN(0, "unknown"),
  WSK-BUF-001(1001, "WSK-BUF-001"),
  WSK-BUF-002(1002, "WSK-BUF-002"),
  WSK-BUF-003(1003, "WSK-BUF-003"),
  WSK-IRP-004(2004, "WSK-IRP-004"),
  WSK-IRP-005(2005, "WSK-IRP-005"),
  WSK-SOCK-001(4001, "WSK-SOCK-001"),
  WSK-SOCK-003(4003, "WSK-SOCK-003");

  private final int value;
  private final String label;

  Rule(int value, String label) {
    this.value = value;
    this.label = label;
  }

  /** The number in the event. */
  public int value() {
    return value;
  }

  /** The name as people write it. */
  public String label() {
    return label;
  }

  /** The constant of a number; UNKNOWN for a number without a name. */
  public static Rule of(int value) {
    return switch (value) {
      case 1001 -> WSK-BUF-001;
      case 1002 -> WSK-BUF-002;
      case 1003 -> WSK-BUF-003;
      case 2004 -> WSK-IRP-004;
      case 2005 -> WSK-IRP-005;
      case 4001 -> WSK-SOCK-001;
      case 4003 -> WSK-SOCK-003;
      default -> UNKNOWN;
    };
  }
}
