// Generated from schema/wsktrace.man: change that, then run `mvn -pl schema compile exec:exec`.
package org.wsktrace.event;

/** Values of the manifest's map WaitKind. */
public enum WaitKind {
  /** A value that this version does not know. */
  UNKNOWN(0, "unknown"),
  KE_WAIT_FOR_SINGLE_OBJECT(1, "KeWaitForSingleObject"),
  KE_WAIT_FOR_MULTIPLE_OBJECTS(2, "KeWaitForMultipleObjects"),
  KE_DELAY_EXECUTION_THREAD(3, "KeDelayExecutionThread");

  private final int value;
  private final String label;

  WaitKind(int value, String label) {
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
  public static WaitKind of(int value) {
    return switch (value) {
      case 1 -> KE_WAIT_FOR_SINGLE_OBJECT;
      case 2 -> KE_WAIT_FOR_MULTIPLE_OBJECTS;
      case 3 -> KE_DELAY_EXECUTION_THREAD;
      default -> UNKNOWN;
    };
  }
}
