// Generated from schema/wsktrace.man: change that, then run `mvn -pl schema compile exec:exec`.
package org.wsktrace.event;

/** Values of the manifest's map HashAlgorithm. */
public enum HashAlgorithm {
  /** A value that this version does not know. */
  UNKNOWN(0, "unknown"),
  XXH64(1, "Xxh64");

  private final int value;
  private final String label;

  HashAlgorithm(int value, String label) {
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
  public static HashAlgorithm of(int value) {
    return switch (value) {
      case 1 -> XXH64;
      default -> UNKNOWN;
    };
  }
}
