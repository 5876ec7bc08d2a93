package org.wsktrace.rule.buffer;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.wsktrace.event.MdlSnap;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent.DataEnter;
import org.wsktrace.event.WskEvent.MdlBirth;
import org.wsktrace.event.WskEvent.MdlFree;
import org.wsktrace.event.WskEvent.OpMdlMore;
import org.wsktrace.event.WskEvent.PoolAlloc;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.BufferWalk;
import org.wsktrace.track.LiveOperation;
import org.wsktrace.track.Memo;

/**
 * A WSK_BUF begins behind its first MDL, takes more bytes than its chain describes, or has a chain
 * that leads back into itself; or, where the pool calls are recorded, its bytes go on behind the
 * end of the block that they begin in, as an MDL was made for more than was allocated. Each buffer
 * of a WskSendMessages is judged. A long chain comes in several events; one of more than 256 MDLs
 * is cut by the capture driver, and judged as far as it goes.
 */
public final class BufferBeyondMdls {
  public static final Rule RULE =
      Rule.declare("WSK-BUF-005", "WSK_BUF reaches beyond its MDLs")
          .error(Effect.CORRUPTION)
          .proved()
          .title(
              "{call} takes {length} from offset {offset} of an MDL chain that describes {described}")
          .why(
              "The transport goes on behind the end of the chain: it sends memory of somebody else to the peer, writes what arrives over"
                  + " it, or faults.")
          .fix(
              "Compute Offset and Length from the MDLs that are in the chain: Offset lies in the first one, Offset + Length within all"
                  + " of them. Where the bytes begin in a later MDL, let the chain begin there.")
          .source("windows-hardware/drivers/ddi/wsk/ns-wsk-_wsk_buf")
          .judgedBy(BufferBeyondMdls::new);

  /** So many MDLs stand in one event. */
  private static final int EVENT_MDLS = 16;

  /** So many MDLs that are longer than their blocks are remembered. */
  private static final int MAX_OVERLONG = 1 << 12;

  /** An MDL that describes more than the block that it begins in. */
  private record Overlong(TimedEvent birth, TimedEvent alloc) {}

  /** How far a chain reaches, as its events tell it. */
  private static final class Reach {
    private long length;
    private long offset;
    private long described;
    private int count;

    void begin(DataEnter data) {
      length = data.length();
      offset = data.offset();
      described = 0;
      count = 0;
      add(data.mdlSnaps());
    }

    void add(List<MdlSnap> snaps) {
      for (MdlSnap snap : snaps) {
        described += snap.byteCount();
      }
      count += snaps.size();
    }

    boolean enough() {
      return described >= offset && Long.compareUnsigned(length, described - offset) <= 0;
    }
  }

  private final Trial trial;

  /** Where the chain of an operation's last WSK_BUF stands. */
  private final Memo<LiveOperation, Reach> reaches;

  /** Of the event under way. */
  private final Reach reach = new Reach();

  private final BufferWalk walk = new BufferWalk();

  /** By the address of the MDL. */
  private final Map<Long, Overlong> overlong = new HashMap<>();

  private BufferBeyondMdls(Trial trial) {
    this.trial = trial;
    this.reaches = trial.tracks().operations().memo(Reach::new);
    trial.on(DataEnter.class, this::entered);
    trial.on(OpMdlMore.class, this::more);
    trial.on(MdlBirth.class, this::born);
    trial.on(MdlFree.class, free -> overlong.remove(free.mdl()));
  }

  private void born(MdlBirth birth) {
    TimedEvent alloc = trial.tracks().pool().holding(birth.va());
    if (alloc != null
        && birth.length() > bytesBehind(alloc, birth.va())
        && overlong.size() < MAX_OVERLONG) {
      overlong.put(birth.mdl(), new Overlong(trial.event(), alloc));
    } else if (!overlong.isEmpty()) {
      overlong.remove(birth.mdl());
    }
  }

  /** From an address in a block to its end. */
  private static long bytesBehind(TimedEvent alloc, long address) {
    var block = (PoolAlloc) alloc.event();
    return block.block() + block.size() - address;
  }

  /** Does it take bytes behind the block that an overlong MDL begins in? */
  private void blocks(DataEnter data) {
    walk.begin(data);
    for (MdlSnap snap : data.mdlSnaps()) {
      walk.take(snap.startVa() + snap.byteOffset(), snap.byteCount());
      Overlong known = overlong.get(snap.ptr());
      TimedEvent alloc =
          known == null || walk.size() == 0 ? null : trial.tracks().pool().holding(walk.start());
      if (known != null
          && alloc != null
          && alloc.seq() == known.alloc.seq()
          && walk.size() > bytesBehind(alloc, walk.start())) {
        var block = (PoolAlloc) alloc.event();
        trial.charge(
            charge(data.verb().label(), null)
                .with(alloc, "alloc")
                .with(known.birth, "birth")
                .saying(
                    "{call} takes {length} at {start} by MDL {mdl}, and the block of pool there ends after {left}")
                .bytes("length", walk.size())
                .address("start", walk.start())
                .address("mdl", snap.ptr())
                .bytes("left", block.block() + block.size() - walk.start()));
      }
    }
  }

  private void entered(DataEnter data) {
    List<MdlSnap> snaps = data.mdlSnaps();
    if (snaps.isEmpty()) {
      return;
    }
    long first = snaps.getFirst().byteCount();
    if (data.offset() > first || (data.offset() == first && data.length() != 0)) {
      trial.charge(
          Charge.of(trial.event(), "enter")
              .saying("{call} begins at offset {offset} of an MDL of {described}")
              .words("call", data.verb().label())
              .count("offset", data.offset())
              .bytes("described", first));
      return;
    }
    if (!overlong.isEmpty()) {
      blocks(data);
    }
    reach.begin(data);
    if (snaps.size() > 1 && ring(data.verb().label(), snaps, null)) {
      return;
    }
    if (!reach.enough()) {
      judge(data.verb().label(), reach, snaps, null);
    }
    if (snaps.size() == EVENT_MDLS && trial.operation() != null) {
      // A further buffer of a WskSendMessages.
      reaches.of(trial.operation()).begin(data);
    }
  }

  private void more(OpMdlMore more) {
    LiveOperation operation = trial.operation();
    if (operation == null
        || more.mdlSnaps().isEmpty()
        || operation.enter() == null
        || !(operation.enter().event() instanceof DataEnter enter)) {
      return;
    }
    Reach known = reaches.known(operation);
    if (known == null) {
      known = reaches.of(operation);
      known.begin(enter);
    }
    if (known.count != more.firstIndex()) {
      // What is in between is missing.
      return;
    }
    known.add(more.mdlSnaps());
    if (!ring(operation.verb().label(), more.mdlSnaps(), operation) && !known.enough()) {
      judge(operation.verb().label(), known, more.mdlSnaps(), operation);
    }
  }

  /** More is needed: wrong if there is no more. */
  private void judge(
      String call, Reach reached, List<MdlSnap> snaps, @Nullable LiveOperation operation) {
    if (snaps.getLast().next() == 0) {
      trial.charge(
          charge(call, operation)
              .bytes("length", reached.length)
              .count("offset", reached.offset)
              .bytes("described", reached.described));
    }
  }

  /** The walk came by an MDL twice. */
  private boolean ring(String call, List<MdlSnap> snaps, @Nullable LiveOperation operation) {
    for (int i = 1; i < snaps.size(); i++) {
      for (int j = 0; j < i; j++) {
        if (snaps.get(i).ptr() == snaps.get(j).ptr()) {
          trial.charge(
              charge(call, operation)
                  .saying("{call} was given an MDL chain that leads back to MDL {mdl}")
                  .address("mdl", snaps.get(i).ptr()));
          return true;
        }
      }
    }
    return false;
  }

  /**
   * @param operation of an event behind the enter
   */
  private Charge charge(String call, @Nullable LiveOperation operation) {
    Charge charge =
        Charge.of(trial.event(), operation == null ? "enter" : "chain").words("call", call);
    return operation == null || operation.enter() == null
        ? charge
        : charge.showing(operation).blaming(operation.enter());
  }
}
