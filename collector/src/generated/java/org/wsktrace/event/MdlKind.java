// Generated from schema/wsktrace.man: change that, then run `mvn -pl schema compile exec:exec`.
package org.wsktrace.event;

/** Values of the manifest's map MdlKind. */
public enum MdlKind {
  /** A value that this version does not know. */
  UNKNOWN(0, "unknown"),
  IO_ALLOCATE_MDL(1, "IoAllocateMdl"),
  PARTIAL_TARGET(2, "PartialTarget"),
  NET_BUFFER_LIST(3, "NetBufferList"),
  ADOPTED(4, "Adopted");

  private final int value;
  private final String label;

  MdlKind(int value, String label) {
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
  public static MdlKind of(int value) {
    return switch (value) {
      case 1 -> IO_ALLOCATE_MDL;
      case 2 -> PARTIAL_TARGET;
      case 3 -> NET_BUFFER_LIST;
      case 4 -> ADOPTED;
      default -> UNKNOWN;
    };
  }
}
