package org.wsktrace.rule.simulator;

import static org.wsktrace.rule.simulator.Machine.hex;

/**
 * The IRP of one call, and how its client gets and gives it: all the ways that correct drivers
 * have.
 */
final class Irp {
  /** Where it comes from. */
  enum Style {
    /** IoAllocateIrp, and IoFreeIrp behind the completion. */
    ALLOCATED,
    /** IoAllocateIrp before its first call; IoReuseIrp before every further one. */
    CACHED,
    /** IoInitializeIrp on memory inside a context of the client. */
    EMBEDDED,
    /** IoInitializeIrp on the stack of a thread that waits. */
    ON_STACK,
    /** From a driver above: the client passes it down, and frees nothing. */
    UPPER
  }

  final Style style;
  final long address;
  private final Machine machine;
  private final boolean born;

  /**
   * @param born of a cached one: a call had it before
   */
  Irp(Machine machine, Style style, long address, boolean born) {
    this.machine = machine;
    this.style = style;
    this.address = address;
    this.born = born;
  }

  void prepare(Worker on) {
    String irp = "irp=" + hex(address);
    switch (style) {
      case ALLOCATED -> allocate(on, irp);
      case CACHED -> {
        if (born) {
          machine.event(on, 0x1310, 0, "IrpReuse " + irp);
        } else {
          allocate(on, irp);
        }
      }
      case EMBEDDED, ON_STACK ->
          machine.event(
              on,
              0x1320,
              0,
              "IrpBirth %s kind=IoInitializeIrp packetSize=280 stackSize=1".formatted(irp));
      case UPPER -> {}
    }
  }

  private void allocate(Worker on, String irp) {
    machine.event(
        on, 0x1300, 0, "IrpBirth %s kind=IoAllocateIrp packetSize=280 stackSize=1".formatted(irp));
  }

  /** As WSK finds it. */
  String snap() {
    // 208 bytes of IRP and 72 of each stack location.
    return style == Style.UPPER
        ? "irpSnap{ptr=%s completion=0x1f80 context=0xffffa806%08x size=424 stackCount=3 currentLocation=3 nextControl=0xe0 thread=0xffffa80700000000}"
            .formatted(hex(address), address & 0xffff)
        : "irpSnap{ptr=%s completion=0x1f00 size=280 stackCount=1 currentLocation=2 nextControl=0xe0}"
            .formatted(hex(address));
  }

  String completionStatus() {
    return style == Style.UPPER ? "STATUS_SUCCESS" : "STATUS_MORE_PROCESSING_REQUIRED";
  }

  /** Behind the completion, by its owner. */
  void release(Worker on, int site) {
    if (style == Style.ALLOCATED) {
      machine.event(on, site, 0, "IrpFree irp=" + hex(address));
    }
  }
}
