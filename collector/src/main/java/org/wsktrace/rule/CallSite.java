package org.wsktrace.rule;

import java.util.Objects;
import org.wsktrace.event.EventHeader;
import org.wsktrace.event.WskEvent;
import org.wsktrace.event.WskEvent.CallbackEnter;
import org.wsktrace.event.WskEvent.OpComplete;
import org.wsktrace.track.DriverTracker;
import org.wsktrace.track.LiveThread.Frame;

/**
 * Where in a driver something was called: the same in every trace, whatever address the driver was
 * loaded at.
 *
 * @param driver file name, such as client.sys; "driver 3" when its load was not recorded
 * @param offset of the return address from the start of the image, 0 when unknown
 */
public record CallSite(String driver, long offset) {
  /** Of an event's call. */
  public static CallSite of(EventHeader header, DriverTracker drivers) {
    return of(header, header.callerRva(), drivers);
  }

  /** Of a frame: the routine of the driver that it is in, or the call that the driver made. */
  public static CallSite of(Frame frame, DriverTracker drivers) {
    return ofRoutine(frame.enter().event(), drivers);
  }

  /** The routine of the driver that an event begins; the call of any other event. */
  public static CallSite ofRoutine(WskEvent begin, DriverTracker drivers) {
    return switch (begin) {
      case OpComplete complete -> of(complete.header(), complete.routineRva(), drivers);
      case CallbackEnter callback -> of(callback.header(), callback.routineRva(), drivers);
      case WskEvent event -> of(event.header(), drivers);
    };
  }

  private static CallSite of(EventHeader header, long offset, DriverTracker drivers) {
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
