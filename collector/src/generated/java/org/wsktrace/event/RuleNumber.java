// Generated from schema/wsktrace.man: change that, then run `mvn -pl schema compile exec:exec`.
package org.wsktrace.event;

/** Values of the manifest's map RuleNumber. */
public enum RuleNumber {
  /** A value that this version does not know. */
  UNKNOWN(0, "unknown"),
  WSK_BUF001(1001, "WskBuf001"),
  WSK_BUF002(1002, "WskBuf002"),
  WSK_BUF003(1003, "WskBuf003"),
  WSK_IRP004(2004, "WskIrp004"),
  WSK_IRP005(2005, "WskIrp005"),
  WSK_SOCK001(4001, "WskSock001"),
  WSK_SOCK003(4003, "WskSock003");

  private final int value;
  private final String label;

  RuleNumber(int value, String label) {
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
  public static RuleNumber of(int value) {
    return switch (value) {
      case 1001 -> WSK_BUF001;
      case 1002 -> WSK_BUF002;
      case 1003 -> WSK_BUF003;
      case 2004 -> WSK_IRP004;
      case 2005 -> WSK_IRP005;
      case 4001 -> WSK_SOCK001;
      case 4003 -> WSK_SOCK003;
      default -> UNKNOWN;
    };
  }
}
