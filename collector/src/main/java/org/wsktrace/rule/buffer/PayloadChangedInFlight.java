package org.wsktrace.rule.buffer;

import java.util.HashMap;
import java.util.Map;
import org.wsktrace.event.HashOutcome;
import org.wsktrace.event.HashWhen;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent.OpPayloadHash;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Need;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveOperation;
import org.wsktrace.track.LiveOperation.Part;
import org.wsktrace.track.Memo;

/**
 * The bytes of a send are not the same at its completion. They are hashed at both ends, and
 * compared only where both hashes are of as many bytes of memory that was surely there: the first
 * 64 KiB of a buffer whose end would have been seen. Who changed them is not known, nor when.
 */
public final class PayloadChangedInFlight {
  public static final Rule RULE =
      Rule.declare("WSK-BUF-009", "Send data changed before completion")
          .error(Effect.CORRUPTION)
          .proved()
          .needs(Need.CALLS, Need.HASHES)
          .title("Data of {operation} changed before it completed, within its first {hashed}")
          .why(
              "WSK does not buffer: each transmission and each retransmission reads the memory as it is then. The peer gets old bytes, new"
                  + " ones or a mixture, with a checksum that is right for them.")
          .fix(
              "Do not touch the data until the completion routine has run; copy what has to go on changing.")
          .source("windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_send")
          .judgedBy(PayloadChangedInFlight::new);

  private final Trial trial;

  /** The hashes at the enter, by buffer of the call. */
  private final Memo<LiveOperation, Map<Integer, TimedEvent>> hashes;

  private PayloadChangedInFlight(Trial trial) {
    this.trial = trial;
    this.hashes = trial.tracks().operations().memo(() -> new HashMap<>(2));
    trial.on(OpPayloadHash.class, this::hashed);
  }

  private void hashed(OpPayloadHash hash) {
    LiveOperation operation = trial.operation();
    if (operation == null || !tells(hash)) {
      return;
    }
    if (hash.when() == HashWhen.ENTER) {
      if (hash.again() != 0) {
        hashes.of(operation).put(hash.bufIndex(), trial.event());
      }
      return;
    }
    Map<Integer, TimedEvent> entered = hashes.known(operation);
    TimedEvent before = entered == null ? null : entered.get(hash.bufIndex());
    if (before != null
        && hash.when() == HashWhen.COMPLETE
        && before.event() instanceof OpPayloadHash first
        && comparable(first, hash)
        && first.hash() != hash.hash()) {
      charge(operation, before, hash);
    }
  }

  private static boolean tells(OpPayloadHash hash) {
    return hash.outcome() == HashOutcome.WHOLE || hash.outcome() == HashOutcome.BEGINNING;
  }

  private static boolean comparable(OpPayloadHash one, OpPayloadHash other) {
    return one.length() == other.length()
        && one.algorithm() == other.algorithm()
        && one.outcome() == other.outcome();
  }

  private void charge(LiveOperation operation, TimedEvent before, OpPayloadHash hash) {
    Charge charge =
        Charge.of(trial.event(), "hash at completion")
            .with(before, "hash at enter")
            .showing(operation)
            .operation("operation", operation)
            .bytes("hashed", hash.length());
    trial.charge(
        (operation.enter() == null ? charge : charge.blaming(operation.enter()))
            .doubted(
                ofProgram(operation)
                    ? "the data are a program's own memory, which the program may change by itself"
                    : ""));
  }

  private boolean ofProgram(LiveOperation operation) {
    for (Part part : operation.parts()) {
      if (trial.tracks().mdls().isUserAddress(part.buffer().va(), part.buffer().mdl())) {
        return true;
      }
    }
    return false;
  }
}
