package org.wsktrace.track;

import org.jspecify.annotations.Nullable;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent;
import org.wsktrace.event.WskEvent.CallEnter;
import org.wsktrace.track.LiveThread.Kind;

/**
 * The objects that the event under way is about, as they were before it, looked up once for all who
 * want to know. An object is null when the event has none, or when it was not seen before.
 */
public final class Stage {
  private final OperationTracker operations;
  private final IrpTracker irps;
  private final SocketTracker sockets;
  private final ThreadTracker threads;
  private @Nullable LiveOperation operation;
  private @Nullable LiveSocket socket;
  private @Nullable LiveIrp irp;
  private @Nullable LiveThread thread;
  private boolean threadKnown;
  private @Nullable WskEvent event;

  Stage(
      OperationTracker operations, IrpTracker irps, SocketTracker sockets, ThreadTracker threads) {
    this.operations = operations;
    this.irps = irps;
    this.sockets = sockets;
    this.threads = threads;
  }

  /** An event begins. */
  void meet(WskEvent event) {
    long opId = event.header().opId();
    operation = opId == 0 ? null : operations.living(opId);
    threadKnown = false;
    thread = null;
    switch (event) {
      case CallEnter call -> {
        socket = operation != null ? operation.socket() : socketAt(call.socket());
        irp = operation != null ? operation.irp() : irpAt(call.irpSnap().ptr());
      }
      case WskEvent.CallbackEnter callback -> set(socketAt(callback.socket()), null);
      case WskEvent.CallbackExit callback -> set(socketAt(callback.socket()), null);
      case WskEvent.IndicationElem element -> set(socketAt(element.socket()), null);
      case WskEvent.ReleaseEnter release -> set(socketAt(release.socket()), null);
      case WskEvent.ReleaseExit release -> set(socketAt(release.socket()), null);
      case WskEvent.IrpPointer pointer -> set(null, irpAt(pointer.irp()));
      case WskEvent.IrpBirth birth -> set(null, irpAt(birth.irp()));
      case WskEvent.IrpReuse reuse -> set(null, irpAt(reuse.irp()));
      case WskEvent.IrpCancelRet cancel -> set(null, irpAt(cancel.irp()));
      default -> set(null, null);
    }
    if (operation != null && socket == null && irp == null) {
      socket = operation.socket();
      irp = operation.irp();
    }
    this.event = event;
  }

  public @Nullable LiveOperation operation() {
    return operation;
  }

  public @Nullable LiveSocket socket() {
    return socket;
  }

  public @Nullable LiveIrp irp() {
    return irp;
  }

  /** The thread of the event, before it; null when it was not seen before. */
  public @Nullable LiveThread thread() {
    if (!threadKnown && event != null) {
      thread = threads.of(event);
      threadKnown = true;
    }
    return thread;
  }

  /** The enter of the registration call that returns; null when it was not seen. */
  public @Nullable TimedEvent registrationEnter(WskEvent.RegExit exit) {
    LiveThread thread = thread();
    LiveThread.Frame frame = thread == null ? null : thread.innermost(Kind.REGISTRATION);
    return frame != null
            && frame.enter().event() instanceof WskEvent.RegEnter enter
            && enter.verb() == exit.verb()
        ? frame.enter()
        : null;
  }

  private void set(@Nullable LiveSocket socket, @Nullable LiveIrp irp) {
    this.socket = socket;
    this.irp = irp;
  }

  private @Nullable LiveSocket socketAt(long address) {
    return address == 0 ? null : sockets.living(address);
  }

  private @Nullable LiveIrp irpAt(long address) {
    return address == 0 ? null : irps.living(address);
  }
}
