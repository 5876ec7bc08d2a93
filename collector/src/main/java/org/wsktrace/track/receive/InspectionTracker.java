package org.wsktrace.track.receive;

import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.wsktrace.event.CallbackKind;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.Verb;
import org.wsktrace.event.WskEvent.CallbackEnter;
import org.wsktrace.event.WskEvent.CallbackExit;
import org.wsktrace.event.WskEvent.OpEnter;
import org.wsktrace.track.receive.Inspection.State;
import org.wsktrace.track.receive.Inspection.Step;

/**
 * Connection requests of listening sockets that accept conditionally: {@link Inspection} has the
 * states. A request is known by the contents of its WSK_INSPECT_ID. Bounded: the eldest listening
 * socket is forgotten, and of each the eldest request.
 */
public final class InspectionTracker {
  private static final int MAX_LISTENERS = 1 << 10;
  private static final int MAX_REQUESTS = 1 << 12;

  /** WskInspectPend of WSK_INSPECT_ACTION (wsk.h). */
  private static final int PEND = 2;

  private record Id(long key, long serial) {}

  /** The requests of one socket. */
  private static final class Listener {
    /** INSPECTED or PENDED, in the order of their callbacks. */
    final Map<Id, Inspection> open = new LinkedHashMap<>();

    final Map<Id, Inspection> over = new LinkedHashMap<>();
  }

  private final Map<Long, Listener> listeners = new LinkedHashMap<>();

  /** By the number of the WskInspectEvent, until that returns. */
  private final Map<Long, Inspection> running = new LinkedHashMap<>();

  /** The last request of that id; null when its WskInspectEvent was not seen. */
  public @Nullable Inspection of(long socket, long key, long serial) {
    Listener listener = listeners.get(socket);
    if (listener == null) {
      return null;
    }
    var id = new Id(key, serial);
    Inspection open = listener.open.get(id);
    return open != null ? open : listener.over.get(id);
  }

  /** The request that a running WskInspectEvent was called for. */
  public @Nullable Inspection running(long opId) {
    return running.get(opId);
  }

  /** The sockets that have been asked about requests. */
  public Collection<Long> sockets() {
    return Collections.unmodifiableCollection(listeners.keySet());
  }

  /** Requests of a socket that are INSPECTED or PENDED, in the order of their callbacks. */
  public Collection<Inspection> open(long socket) {
    Listener listener = listeners.get(socket);
    return listener == null
        ? Collections.emptyList()
        : Collections.unmodifiableCollection(listener.open.values());
  }

  public void apply(TimedEvent timed) {
    switch (timed.event()) {
      case CallbackEnter enter when enter.kind() == CallbackKind.WSK_INSPECT_EVENT ->
          asked(timed, enter);
      case CallbackEnter enter when enter.kind() == CallbackKind.WSK_ABORT_EVENT ->
          aborted(timed, enter);
      case CallbackExit exit when exit.kind() == CallbackKind.WSK_INSPECT_EVENT ->
          answered(timed, exit);
      case OpEnter call when call.verb() == Verb.WSK_INSPECT_COMPLETE -> completed(timed, call);
      default -> {}
    }
  }

  /** A WskInspectComplete ended with an error: the request is as it was. */
  public void failed(OpEnter call) {
    step(of(call.socket(), call.inspectKey(), call.inspectSerial()), Step.COMPLETE_FAILED);
  }

  /** A socket is closed, or begins: nobody waits at its address. */
  public void forget(long socket) {
    listeners.remove(socket);
  }

  private void asked(TimedEvent timed, CallbackEnter enter) {
    if (enter.inspectId() == 0) {
      return;
    }
    var inspection =
        new Inspection(timed, enter.socket(), enter.inspectKey(), enter.inspectSerial());
    Listener listener = listeners.computeIfAbsent(enter.socket(), _ -> new Listener());
    dropEldest(listeners, MAX_LISTENERS);
    var id = new Id(inspection.key(), inspection.serial());
    listener.over.remove(id);
    listener.open.put(id, inspection);
    dropEldest(listener.open, MAX_REQUESTS);
    running.put(enter.header().opId(), inspection);
    dropEldest(running, MAX_REQUESTS);
  }

  private void answered(TimedEvent timed, CallbackExit exit) {
    Inspection inspection = running.remove(exit.header().opId());
    if (inspection != null) {
      inspection.exit = timed;
      step(inspection, exit.status() == PEND ? Step.RETURN_PEND : Step.RETURN_ANSWER);
    }
  }

  private void aborted(TimedEvent timed, CallbackEnter enter) {
    Inspection inspection = of(enter.socket(), enter.inspectKey(), enter.inspectSerial());
    if (inspection != null) {
      inspection.abort = timed;
      step(inspection, Step.ABORT);
    }
  }

  private void completed(TimedEvent timed, OpEnter call) {
    Inspection inspection = of(call.socket(), call.inspectKey(), call.inspectSerial());
    if (inspection != null && isOpen(inspection)) {
      inspection.complete = timed;
      step(inspection, Step.COMPLETE);
    }
  }

  private void step(@Nullable Inspection inspection, Step step) {
    if (inspection == null) {
      return;
    }
    boolean wasOpen = isOpen(inspection);
    inspection.state = Inspection.next(inspection.state, step);
    Listener listener = listeners.get(inspection.socket());
    if (listener == null || wasOpen == isOpen(inspection)) {
      return;
    }
    var id = new Id(inspection.key(), inspection.serial());
    Map<Id, Inspection> from = wasOpen ? listener.open : listener.over;
    Map<Id, Inspection> to = wasOpen ? listener.over : listener.open;
    if (from.remove(id, inspection)) {
      to.put(id, inspection);
      dropEldest(to, MAX_REQUESTS);
    }
  }

  private static boolean isOpen(Inspection inspection) {
    return inspection.state == State.INSPECTED || inspection.state == State.PENDED;
  }

  private static void dropEldest(Map<?, ?> map, int most) {
    if (map.size() > most) {
      Iterator<?> all = map.keySet().iterator();
      all.next();
      all.remove();
    }
  }
}
