package org.wsktrace.rule.irp;

import org.jspecify.annotations.Nullable;
import org.wsktrace.event.IrpSnap;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent.CallEnter;
import org.wsktrace.track.LiveIrp;
import org.wsktrace.track.LiveOperation;

/**
 * Whose an IRP is: the contract for one that the driver made differs from that for one that came
 * from the driver above.
 */
enum Origin {
  /** IoAllocateIrp, IoAllocateIrpEx or IoInitializeIrp by this driver, which was recorded. */
  OWN(""),
  /**
   * Its birth was not recorded, but it was sent to no driver yet and belongs to no thread: nobody
   * has passed it down.
   */
  PROBABLY_OWN("the allocation of the IRP was not recorded; another driver may have made it"),
  /** A driver above has sent it here. */
  FROM_ABOVE(""),
  UNKNOWN("");

  private final String doubt;

  Origin(String doubt) {
    this.doubt = doubt;
  }

  /** Of the IRP of a call; null where it is not known yet. */
  static Origin of(@Nullable LiveIrp irp, IrpSnap snap) {
    return irp == null ? of(snap) : of(irp, of(snap));
  }

  /** Of the IRP that an operation was entered with. */
  static Origin of(LiveOperation operation) {
    LiveIrp irp = operation.irp();
    Origin seen =
        operation.enter() != null && operation.enter().event() instanceof CallEnter call
            ? of(call.irpSnap())
            : UNKNOWN;
    return irp == null ? seen : of(irp, seen);
  }

  static boolean isOwn(LiveIrp irp) {
    LiveOperation last = irp.operation() != null ? irp.operation() : irp.lastOperation();
    return (last == null ? of(irp, UNKNOWN) : of(last)) == OWN;
  }

  /** What gave an IRP to the driver; null where that was not recorded. */
  static @Nullable TimedEvent birth(@Nullable LiveIrp irp) {
    return irp == null || of(irp, UNKNOWN) != OWN ? null : irp.birth();
  }

  private static Origin of(LiveIrp irp, Origin seen) {
    return switch (irp.kind()) {
      case IO_ALLOCATE_IRP, IO_ALLOCATE_IRP_EX -> OWN;
      // The end of the memory around it may not be seen, so this may be another IRP by now.
      case IO_INITIALIZE_IRP -> seen == FROM_ABOVE ? UNKNOWN : OWN;
      case UPPER -> FROM_ABOVE;
      case ADOPTED -> seen;
      // The I/O manager completes them by itself, or has its own ideas of their end.
      case IO_BUILD_ASYNCHRONOUS_FSD_REQUEST,
          IO_BUILD_SYNCHRONOUS_FSD_REQUEST,
          IO_BUILD_DEVICE_IO_CONTROL_REQUEST,
          IO_MAKE_ASSOCIATED_IRP,
          UNKNOWN ->
          UNKNOWN;
    };
  }

  /** By its stack location: one that was never sent has its first location before it. */
  private static Origin of(IrpSnap snap) {
    if (snap.stackCount() == 0 || snap.currentLocation() == 0) {
      return UNKNOWN;
    }
    if (snap.currentLocation() <= snap.stackCount()) {
      return FROM_ABOVE;
    }
    return snap.thread() == 0 ? PROBABLY_OWN : UNKNOWN;
  }

  boolean own() {
    return this == OWN || this == PROBABLY_OWN;
  }

  /** Why what holds for the driver's own IRPs is only suspected of this one, or empty. */
  String doubt() {
    return doubt;
  }
}
