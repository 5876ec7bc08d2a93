// Generated from schema/wsktrace.man: change that, then run `mvn -pl schema compile exec:exec`.
package org.wsktrace.event;

/** Values of the manifest's map LossReason. */
public enum LossReason {
  /** A value that this version does not know. */
  UNKNOWN(0, "unknown"),
  RING_OVERWRITTEN(1, "RingOverwritten"),
  RECORD_DROPPED(2, "RecordDropped"),
  NO_SLOT(3, "NoSlot"),
  ETW_REFUSED(4, "EtwRefused");

  private final int value;
  private final String label;

  LossReason(int value, String label) {
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
  public static LossReason of(int value) {
    return switch (value) {
      case 1 -> RING_OVERWRITTEN;
      case 2 -> RECORD_DROPPED;
      case 3 -> NO_SLOT;
      case 4 -> ETW_REFUSED;
      default -> UNKNOWN;
    };
  }
}
