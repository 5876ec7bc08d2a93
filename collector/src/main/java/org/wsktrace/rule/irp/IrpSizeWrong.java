package org.wsktrace.rule.irp;

import org.wsktrace.event.IrpKind;
import org.wsktrace.event.WskEvent.IrpBirth;
import org.wsktrace.event.WskEvent.SessionInfo;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Need;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Severity;
import org.wsktrace.rule.Trial;

/**
 * IoInitializeIrp with another PacketSize than IoSizeOfIrp(StackSize). The sizes are those of wdm.h
 * for pointers of 8 and of 4 bytes; how long these are says SessionInfo, and without it nothing is
 * judged.
 */
public final class IrpSizeWrong {
  public static final Rule RULE =
      Rule.declare("WSK-IRP-020", "IoInitializeIrp with the wrong size")
          .error(Effect.CORRUPTION)
          .proved()
          .needs(Need.IRP_CALLS)
          .title(
              "IoInitializeIrp of IRP {irp} was told {size}; IoSizeOfIrp({locations}) is {needed}")
          .why(
              "IoInitializeIrp clears as many bytes as it is told. With too few the stack locations keep what was there before, a"
                  + " completion routine for instance; with too many it clears what lies behind the IRP.")
          .fix(
              "Pass IoSizeOfIrp(StackSize), and reserve as much memory: sizeof(IRP) is one without stack locations.")
          .source("windows-hardware/drivers/ddi/wdm/nf-wdm-ioinitializeirp")
          .judgedBy(IrpSizeWrong::new);

  private final Trial trial;

  /** Of IRP and IO_STACK_LOCATION; 0 as long as it is unknown. */
  private int irpSize;

  private int locationSize;

  private IrpSizeWrong(Trial trial) {
    this.trial = trial;
    trial.on(SessionInfo.class, this::session);
    trial.on(IrpBirth.class, this::born);
  }

  private void session(SessionInfo info) {
    switch (info.pointerSize()) {
      case 8 -> sizes(208, 72);
      case 4 -> sizes(112, 36);
      default -> sizes(0, 0);
    }
  }

  private void sizes(int irp, int location) {
    irpSize = irp;
    locationSize = location;
  }

  private void born(IrpBirth birth) {
    int needed = irpSize + locationSize * birth.stackSize();
    if (irpSize == 0 || birth.kind() != IrpKind.IO_INITIALIZE_IRP || birth.packetSize() == needed) {
      return;
    }
    Charge charge =
        Charge.of(trial.event(), "initialise")
            .address("irp", birth.irp())
            .bytes("size", birth.packetSize())
            .count("locations", birth.stackSize())
            .bytes("needed", needed);
    trial.charge(
        birth.packetSize() < needed
            ? charge
            : charge.as(Severity.WARNING).doubted("the memory may really be that long"));
  }
}
