package org.wsktrace.track;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.wsktrace.event.MdlSnap;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.Verb;
import org.wsktrace.event.WskEvent;
import org.wsktrace.event.WskEvent.CallEnter;
import org.wsktrace.event.WskEvent.DataEnter;
import org.wsktrace.track.LiveOperation.Part;
import org.wsktrace.track.LiveThread.Frame;
import org.wsktrace.track.fact.FactSink;
import org.wsktrace.track.memory.BusyMemory;
import org.wsktrace.track.memory.BusyMemory.Range;
import org.wsktrace.track.memory.BusyMemory.Use;
import org.wsktrace.track.memory.PoolTracker;
import org.wsktrace.track.receive.IndicationTracker;
import org.wsktrace.track.receive.InspectionTracker;
import org.wsktrace.track.registration.RegistrationTracker;

/**
 * All trackers of one trace. Rules read them before an event is applied: then they show the world
 * as it was when the event happened. One thread.
 */
public final class Tracks {
  private final OperationTracker operations;
  private final IrpTracker irps;
  private final MdlTracker mdls;
  private final SocketTracker sockets;
  private final DriverTracker drivers;
  private final ThreadTracker threads = new ThreadTracker();
  private final Pauses pauses = new Pauses();
  private final Stage stage;

  /** The event under way is on the stage already. */
  private boolean met;

  private final PoolTracker pool = new PoolTracker();
  private final IndicationTracker indications = new IndicationTracker();
  private final InspectionTracker inspections = new InspectionTracker();
  private final RegistrationTracker registrations = new RegistrationTracker();
  private final BusyMemory<LiveOperation> busy = new BusyMemory<>();

  /**
   * @param facts takes each fact when it is final
   */
  public Tracks(FactSink facts) {
    operations = new OperationTracker(facts);
    irps = new IrpTracker(facts);
    mdls = new MdlTracker(facts);
    sockets = new SocketTracker(facts);
    drivers = new DriverTracker(facts);
    stage = new Stage(operations, irps, sockets, threads);
  }

  public OperationTracker operations() {
    return operations;
  }

  public IrpTracker irps() {
    return irps;
  }

  public MdlTracker mdls() {
    return mdls;
  }

  public SocketTracker sockets() {
    return sockets;
  }

  public DriverTracker drivers() {
    return drivers;
  }

  public ThreadTracker threads() {
    return threads;
  }

  /** When the whole machine stood still. */
  public Pauses pauses() {
    return pauses;
  }

  /** The objects that the event under way is about. */
  public Stage stage() {
    return stage;
  }

  public PoolTracker pool() {
    return pool;
  }

  public IndicationTracker indications() {
    return indications;
  }

  public InspectionTracker inspections() {
    return inspections;
  }

  public RegistrationTracker registrations() {
    return registrations;
  }

  /** What operations in flight need of a block that is freed: one range for each operation. */
  public List<Range<LiveOperation>> needed(WskEvent.PoolFree free, Use use) {
    Map<LiveOperation, Range<LiveOperation>> first = new LinkedHashMap<>();
    for (Range<LiveOperation> range : busy.overlapping(free.block(), pool.sizeOf(free))) {
      if (range.use() == use) {
        first.putIfAbsent(range.operation(), range);
      }
    }
    return List.copyOf(first.values());
  }

  /** The data of operations in flight that these bytes overlap, MDL by MDL. */
  public List<Range<LiveOperation>> dataIn(long start, long size) {
    List<Range<LiveOperation>> found = busy.overlapping(start, size);
    found.removeIf(range -> range.use() != Use.DATA);
    return found;
  }

  /** An event is under way: it is judged before it is applied. */
  public void meet(TimedEvent timed) {
    stage.meet(timed.event());
    met = true;
  }

  /** Events come in the order of their seq. */
  public void apply(TimedEvent timed) {
    if (!met) {
      meet(timed);
    }
    met = false;
    pauses.event(timed);
    LiveOperation known = stage.operation();
    dispatch(timed);
    if (known != null && timed.event() instanceof CallEnter) {
      // The next buffer of a WskSendMessages is no new call.
      return;
    }
    threads.apply(timed, known != null ? known : operations.living(timed.event().header().opId()));
  }

  private void dispatch(TimedEvent timed) {
    switch (timed.event()) {
      case CallEnter call -> enter(timed, call);
      case WskEvent.OpMdlMore more ->
          hold(timed, operations.living(more.header().opId()), more.mdlSnaps());
      case WskEvent.OpExit exit -> exit(timed, exit);
      case WskEvent.OpComplete complete -> complete(timed, complete);
      case WskEvent.IrpBirth birth -> {
        abandon(irps.living(birth.irp()));
        busy.free(birth.irp(), Use.IRP);
        irps.birth(timed, birth);
      }
      case WskEvent.IrpReuse reuse -> {
        abandon(irps.living(reuse.irp()));
        irps.reuse(timed, reuse);
      }
      case WskEvent.IrpCancel cancel -> irps.cancel(timed, cancel.irp());
      case WskEvent.IrpFree free -> {
        irps.free(timed, free);
        busy.free(free.irp(), Use.IRP);
      }
      case WskEvent.MdlBirth birth -> {
        mdls.birth(timed, birth);
        busy.free(birth.mdl(), Use.MDL);
      }
      case WskEvent.MdlCall call -> {
        mdls.call(timed, call);
        if (call instanceof WskEvent.MdlFree) {
          busy.free(call.mdl(), Use.MDL);
        }
      }
      case WskEvent.PoolAlloc _ -> pool.alloc(timed);
      case WskEvent.PoolFree free -> {
        busy.free(free.block(), pool.sizeOf(free));
        irps.blockFreed(timed, free.block(), pool.sizeOf(free));
        pool.free(free);
      }
      case WskEvent.OpCompleteExit exit -> {
        LiveThread thread = stage.thread();
        Frame frame =
            thread == null ? null : thread.in(LiveThread.Kind.COMPLETION, exit.header().opId());
        if (frame != null) {
          irps.routineReturned(timed, exit, frame.operation());
        }
      }
      case WskEvent.CallbackEnter callback -> {
        sockets.called(timed, callback);
        forget(callback.acceptSocket());
        indications.apply(timed);
        inspections.apply(timed);
      }
      case WskEvent.CallbackExit callback -> {
        sockets.answered(timed, callback, threads.callback(callback));
        indications.apply(timed);
        inspections.apply(timed);
      }
      case WskEvent.IndicationElem _, WskEvent.ReleaseEnter _, WskEvent.ReleaseExit _ ->
          indications.apply(timed);
      case WskEvent.IrpCompleteRequest complete -> irps.completeRequest(timed, complete);
      case WskEvent.DriverLoad load -> drivers.load(timed, load);
      case WskEvent.DriverUnload unload -> {
        drivers.unload(timed, unload);
        registrations.unload(unload);
      }
      case WskEvent.RegEnter enter -> registrations.enter(timed, enter);
      case WskEvent.RegExit exit -> registrations.exit(timed, exit, stage.registrationEnter(exit));
      case WskEvent.SessionInfo info -> mdls.session(info);
      case WskEvent.EventsLost _,
          WskEvent.Heartbeat _,
          WskEvent.OpMdlRecheck _,
          WskEvent.OpPayloadHash _,
          WskEvent.IrpCancelRet _,
          WskEvent.InDriverFinding _,
          WskEvent.WaitEnter _,
          WskEvent.WaitExit _,
          WskEvent.AddrInfoFree _,
          WskEvent.FaultInjected _ -> {}
    }
  }

  /** The end of the trace: what still lives is final now. */
  public void end() {
    operations.end();
    irps.end();
    mdls.end();
    sockets.end();
    drivers.end();
  }

  private void enter(TimedEvent timed, CallEnter call) {
    long opId = call.header().opId();
    LiveOperation operation = opId == 0 ? null : operations.living(opId);
    if (operation == null) {
      // The next buffer of a WskSendMessages has the operation's id and would be no new call.
      LiveSocket socket = sockets.enter(timed, call);
      LiveIrp irp = irps.enter(timed, call.irpSnap().ptr());
      if (opId == 0) {
        return;
      }
      abandon(irp);
      operation = operations.enter(timed, call, socket, irp);
      sockets.entered(operation);
      if (call.verb() == Verb.WSK_INSPECT_COMPLETE) {
        inspections.apply(timed);
      }
      irps.entered(operation);
      if (operation.observable()) {
        busy.add(new Range<>(call.irpSnap().ptr(), 1, Use.IRP, operation, false));
        for (Argument argument : Argument.of(call)) {
          busy.add(new Range<>(argument.start(), argument.size(), Use.ARGUMENT, operation, false));
        }
      }
      LiveOperation surplus = operations.surplus();
      if (surplus != null) {
        letGo(surplus);
        operations.giveUp(surplus);
      }
    }
    if (call instanceof DataEnter data) {
      operation.add(data);
      if (data.verb() == Verb.WSK_SEND_MESSAGES && operation.observable()) {
        busy.add(new Range<>(data.wskBuf(), 1, Use.LIST_NODE, operation, false));
      }
      hold(timed, operation, data.mdlSnaps());
    }
  }

  private void hold(TimedEvent timed, @Nullable LiveOperation operation, List<MdlSnap> snaps) {
    if (operation == null || operation.completion() != null) {
      return;
    }
    for (MdlSnap snap : snaps) {
      if (snap.ptr() != 0) {
        mdls.hold(timed, snap, operation);
        Part part = operation.parts().getLast();
        if (!operation.observable()) {
          continue;
        }
        busy.add(new Range<>(snap.ptr(), 1, Use.MDL, operation, false));
        busy.add(
            new Range<>(
                part.buffer().va(),
                part.buffer().byteCount(),
                Use.DATA,
                operation,
                part.mdl().nonPagedPool()));
      }
    }
  }

  private void exit(TimedEvent timed, WskEvent.OpExit exit) {
    LiveOperation operation = operations.exit(timed, exit);
    if (operation != null) {
      irps.exited(operation, exit);
      sockets.returned(operation, timed, exit);
      operations.settle(operation);
    }
  }

  private void complete(TimedEvent timed, WskEvent.OpComplete complete) {
    LiveOperation operation = operations.complete(timed, complete);
    if (operation != null) {
      irps.completed(operation);
      sockets.completed(operation, timed, complete);
      received(operation, complete);
      letGo(operation);
      operations.settle(operation);
    }
  }

  /** What was received on a socket goes with it, and an inspection may have failed. */
  private void received(LiveOperation operation, WskEvent.OpComplete complete) {
    boolean success = complete.ioStatus() >= 0;
    LiveSocket socket = operation.socket();
    switch (operation.verb()) {
      case WSK_SOCKET, WSK_SOCKET_CONNECT, WSK_ACCEPT ->
          forget(success ? complete.information() : 0);
      case WSK_CLOSE_SOCKET -> forget(success && socket != null ? socket.address() : 0);
      case WSK_INSPECT_COMPLETE -> {
        if (!success
            && operation.enter() != null
            && operation.enter().event() instanceof WskEvent.OpEnter call) {
          inspections.failed(call);
        }
      }
      default -> {}
    }
  }

  /** A socket is closed, or another one begins at its address. */
  private void forget(long socket) {
    if (socket != 0) {
      indications.forget(socket);
      inspections.forget(socket);
    }
  }

  /**
   * The IRP is set up again. An operation that still had it in flight will not be seen to complete:
   * it needs nothing for sure.
   */
  private void abandon(@Nullable LiveIrp irp) {
    LiveOperation operation = irp == null ? null : irp.operation();
    if (operation != null) {
      operation.abandoned = true;
      letGo(operation);
    }
  }

  private void letGo(LiveOperation operation) {
    mdls.release(operation);
    busy.remove(operation);
  }
}
