package org.wsktrace.track;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.wsktrace.event.NtStatus;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.Verb;
import org.wsktrace.event.WskEvent.CallEnter;
import org.wsktrace.event.WskEvent.DataEnter;
import org.wsktrace.event.WskEvent.OpComplete;
import org.wsktrace.event.WskEvent.OpExit;
import org.wsktrace.track.fact.Operation;
import org.wsktrace.track.memory.BusyMemory;
import org.wsktrace.track.memory.BusyMemory.Holdings;

/** An operation of which the return or the completion is still to come. */
public final class LiveOperation extends Live implements BusyMemory.Holder {
  /**
   * An MDL of its chain, as it was at the enter.
   *
   * @param start the first byte of it that the call is about
   * @param size how many; 0 where the WSK_BUF takes none of this MDL
   */
  public record Part(LiveMdl mdl, Operation.Buffer buffer, long start, long size) {}

  private final long opId;
  private final int client;
  private final Verb verb;
  private final @Nullable TimedEvent enter;
  private final @Nullable LiveSocket socket;
  private final @Nullable LiveIrp irp;
  private final List<Part> parts = new ArrayList<>(1);
  private final Holdings holdings = new Holdings();
  private final BufferWalk walk = new BufferWalk();
  private long length;
  @Nullable TimedEvent exit;
  @Nullable TimedEvent completion;
  boolean abandoned;

  /** It was seen to succeed, by its return or by its completion. */
  boolean succeeded;

  /** The place among the operations of its socket: see {@link OperationQueue}. */
  @Nullable OperationQueue queue;

  @Nullable LiveOperation earlier;
  @Nullable LiveOperation later;

  LiveOperation(
      long opId,
      int client,
      Verb verb,
      @Nullable TimedEvent enter,
      @Nullable LiveSocket socket,
      @Nullable LiveIrp irp) {
    this.opId = opId;
    this.client = client;
    this.verb = verb;
    this.enter = enter;
    this.socket = socket;
    this.irp = irp;
  }

  /** Of {@link BusyMemory}, for its own use. */
  @Override
  public Holdings holdings() {
    return holdings;
  }

  public long opId() {
    return opId;
  }

  public int client() {
    return client;
  }

  public Verb verb() {
    return verb;
  }

  /** Null when the trace has only a later moment of it. */
  public @Nullable TimedEvent enter() {
    return enter;
  }

  public @Nullable TimedEvent exit() {
    return exit;
  }

  public @Nullable TimedEvent completion() {
    return completion;
  }

  public @Nullable LiveSocket socket() {
    return socket;
  }

  public @Nullable LiveIrp irp() {
    return irp;
  }

  public List<Part> parts() {
    return Collections.unmodifiableList(parts);
  }

  /** For people: WskSend of 4096 bytes. */
  public String describe() {
    return length == 0 ? verb.label() : "%s of %d bytes".formatted(verb.label(), length);
  }

  /** Bytes to send or receive, 0 for other verbs. */
  public long length() {
    return length;
  }

  /**
   * Its completion will be in the trace. Not so for a call without an IRP, and for an IRP without a
   * completion routine, which a driver may pass down from above: there is nothing that the capture
   * driver could stand in for.
   */
  public boolean observable() {
    return enter == null
        || (enter.event() instanceof CallEnter call
            && call.irpSnap().ptr() != 0
            && call.irpSnap().completion() != 0);
  }

  /** The call has not returned, as far as the trace shows. */
  public boolean inCall() {
    return exit == null;
  }

  /** Not completed, as far as the trace shows. */
  public boolean inFlight() {
    return completion == null && observable();
  }

  /** Its IRP was set up again under way: from then on nobody can tell when it completes. */
  public boolean abandoned() {
    return abandoned;
  }

  /**
   * The call returned something else than STATUS_PENDING and no completion was seen. For some
   * statuses the documentation does not say whether the IRP completes, so only a later completion
   * tells whether the operation was in flight.
   */
  public boolean unsettled() {
    return completion == null && exit != null && status(exit) != NtStatus.PENDING;
  }

  void add(DataEnter data) {
    length += data.length();
    walk.begin(data);
  }

  /** The next MDL of the chain, as it was at the enter. */
  void add(LiveMdl mdl, Operation.Buffer buffer) {
    walk.take(buffer.va(), buffer.byteCount());
    parts.add(new Part(mdl, buffer, walk.start(), walk.size()));
  }

  Operation fact() {
    return new Operation(
        opId,
        client,
        verb,
        socket == null ? null : socket.id(),
        irp == null ? null : irp.id(),
        enter == null ? null : enter(enter),
        exit == null ? null : new Operation.Exit(exit.seq(), exit.nanos(), status(exit)),
        completion == null ? null : completion(completion),
        length,
        enter != null && enter.event() instanceof CallEnter call ? call.flags() : 0,
        parts.stream().map(Part::buffer).toList());
  }

  private static Operation.Enter enter(TimedEvent timed) {
    var header = timed.event().header();
    return new Operation.Enter(
        timed.seq(), timed.nanos(), header.tid(), header.irql(), header.callerRva());
  }

  private static Operation.Completion completion(TimedEvent timed) {
    var complete = (OpComplete) timed.event();
    return new Operation.Completion(
        timed.seq(), timed.nanos(), complete.ioStatus(), complete.information());
  }

  private static int status(TimedEvent exit) {
    return ((OpExit) exit.event()).status();
  }
}
