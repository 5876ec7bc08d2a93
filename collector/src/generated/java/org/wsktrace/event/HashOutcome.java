// Generated from schema/wsktrace.man: change that, then run `mvn -pl schema compile exec:exec`.
package org.wsktrace.event;

/** Values of the manifest's map HashOutcome. */
public enum HashOutcome {
  /** A value that this version does not know. */
  UNKNOWN(0, "unknown"),
  WHOLE(1, "Whole"),
  BEGINNING(2, "Beginning"),
  NOT_MAPPED(3, "NotMapped"),
  GONE(4, "Gone");

  private final int value;
  private final String label;

  HashOutcome(int value, String label) {
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
  public static HashOutcome of(int value) {
    return switch (value) {
      case 1 -> WHOLE;
      case 2 -> BEGINNING;
      case 3 -> NOT_MAPPED;
      case 4 -> GONE;
      default -> UNKNOWN;
    };
  }
}
