package org.wsktrace.rule.judge;

import java.util.List;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.buffer.BufferFreedInFlight;
import org.wsktrace.rule.buffer.MdlFreedInFlight;
import org.wsktrace.rule.buffer.PagesUnlockedInFlight;
import org.wsktrace.rule.irp.IrpFreedInFlight;
import org.wsktrace.rule.irp.IrpFreedTwice;
import org.wsktrace.rule.irp.IrpReusedInFlight;
import org.wsktrace.rule.socket.SocketClosedTwice;
import org.wsktrace.rule.socket.SocketLeaked;
import org.wsktrace.rule.trace.EventsMissing;

/** All rules. */
public final class Catalogue {
  private Catalogue() {}

  /**
   * A fresh set, for one {@link Judge}: first the rule about the trace itself, then the others in
   * the order of their ids.
   */
  public static List<Rule> rules() {
    return List.of(
        new EventsMissing(),
        new MdlFreedInFlight(),
        new BufferFreedInFlight(),
        new PagesUnlockedInFlight(),
        new IrpFreedInFlight(),
        new IrpReusedInFlight(),
        new IrpFreedTwice(),
        new SocketClosedTwice(),
        new SocketLeaked());
  }
}
