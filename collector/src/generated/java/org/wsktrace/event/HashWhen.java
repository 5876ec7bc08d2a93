// Generated from schema/wsktrace.man: change that, then run `mvn -pl schema compile exec:exec`.
package org.wsktrace.event;

/** Values of the manifest's map HashWhen. */
public enum HashWhen {
  /** A value that this version does not know. */
  UNKNOWN(0, "unknown"),
  ENTER(1, "Enter"),
  COMPLETE(2, "Complete");

  private final int value;
  private final String label;

  HashWhen(int value, String label) {
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
  public static HashWhen of(int value) {
    return switch (value) {
      case 1 -> ENTER;
      case 2 -> COMPLETE;
      default -> UNKNOWN;
    };
  }
}
