package org.wsktrace.rule;

import java.util.Objects;
import org.wsktrace.event.EventHeader;
import org.wsktrace.event.WskEvent;
import org.wsktrace.event.WskEvent.CallbackEnter;
import org.wsktrace.event.WskEvent.OpComplete;
import org.wsktrace.track.DriverTracker;

/**
 * Where in a driver something was called: the same in every trace, whatever address the driver was
 * loaded at.
 *
 * @param driver file name, such as client.sys; "driver 3" when its load was not recorded
 * @param offset of the return address from the start of the image, or of the routine that WSK
 *     calls; 0 when unknown
 */
public record CallSite(String driver, long offset) {
  /**
   * Of an event's call. WSK calls completion routines and callbacks, so of these it is where the
   * driver's routine begins.
   */
  public static CallSite of(WskEvent event, DriverTracker drivers) {
    EventHeader header = event.header();
    long offset =
        switch (event) {
          case OpComplete complete -> complete.routineRva();
          case CallbackEnter callback -> callback.routineRva();
          default -> header.callerRva();
        };
    return new CallSite(
        Objects.requireNonNullElseGet(
            drivers.name(header.client()), () -> "driver " + header.client()),
        offset);
  }

  /** client.sys+0x1a2b. */
  @Override
  public String toString() {
    return offset == 0 ? driver : "%s+0x%x".formatted(driver, offset);
  }
}
