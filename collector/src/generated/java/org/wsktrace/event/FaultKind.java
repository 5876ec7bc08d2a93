// Generated from schema/wsktrace.man: change that, then run `mvn -pl schema compile exec:exec`.
package org.wsktrace.event;

/** Values of the manifest's map FaultKind. */
public enum FaultKind {
  /** A value that this version does not know. */
  UNKNOWN(0, "unknown"),
  HOLD(1, "Hold"),
  REORDER(2, "Reorder"),
  FAIL(3, "Fail"),
  FOLLOW(4, "Follow"),
  LET_GO(5, "LetGo");

  private final int value;
  private final String label;

  FaultKind(int value, String label) {
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
  public static FaultKind of(int value) {
    return switch (value) {
      case 1 -> HOLD;
      case 2 -> REORDER;
      case 3 -> FAIL;
      case 4 -> FOLLOW;
      case 5 -> LET_GO;
      default -> UNKNOWN;
    };
  }
}
