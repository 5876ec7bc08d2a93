// Generated from schema/wsktrace.man: change that, then run `mvn -pl schema compile exec:exec`.
package org.wsktrace.event;

/** Values of the manifest's map IrpKind. */
public enum IrpKind {
  /** A value that this version does not know. */
  UNKNOWN(0, "unknown"),
  IO_ALLOCATE_IRP(1, "IoAllocateIrp"),
  IO_ALLOCATE_IRP_EX(2, "IoAllocateIrpEx"),
  IO_INITIALIZE_IRP(3, "IoInitializeIrp"),
  ADOPTED(4, "Adopted"),
  UPPER(5, "Upper"),
  IO_BUILD_ASYNCHRONOUS_FSD_REQUEST(6, "IoBuildAsynchronousFsdRequest"),
  IO_BUILD_SYNCHRONOUS_FSD_REQUEST(7, "IoBuildSynchronousFsdRequest"),
  IO_BUILD_DEVICE_IO_CONTROL_REQUEST(8, "IoBuildDeviceIoControlRequest"),
  IO_MAKE_ASSOCIATED_IRP(9, "IoMakeAssociatedIrp");

  private final int value;
  private final String label;

  IrpKind(int value, String label) {
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
  public static IrpKind of(int value) {
    return switch (value) {
      case 1 -> IO_ALLOCATE_IRP;
      case 2 -> IO_ALLOCATE_IRP_EX;
      case 3 -> IO_INITIALIZE_IRP;
      case 4 -> ADOPTED;
      case 5 -> UPPER;
      case 6 -> IO_BUILD_ASYNCHRONOUS_FSD_REQUEST;
      case 7 -> IO_BUILD_SYNCHRONOUS_FSD_REQUEST;
      case 8 -> IO_BUILD_DEVICE_IO_CONTROL_REQUEST;
      case 9 -> IO_MAKE_ASSOCIATED_IRP;
      default -> UNKNOWN;
    };
  }
}
