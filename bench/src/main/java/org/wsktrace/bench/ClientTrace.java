package org.wsktrace.bench;

import java.io.IOException;
import java.io.StringReader;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.wsktrace.event.MalformedEventException;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEventDecoder;
import org.wsktrace.event.text.TextTraceException;
import org.wsktrace.event.text.TextTraceReader;

/**
 * A client that sends without end and keeps so many sends in flight on 64 connections: payloads in
 * memory, as a reader hands them over. Every other send reuses its IRP and its MDL, which makes
 * five events; the others allocate and free both, which makes nine. The round begins again where it
 * ends, with new numbers.
 */
final class ClientTrace {
  private static final int SOCKETS = 64;
  private static final int BYTES = 1400;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final int OP_ID_OFFSET = 16;
  private static final long NANOS = 500;

  private final List<TextTraceReader.Entry> preamble;
  private final TextTraceReader.Entry[] round;
  private final int opsPerRound;
  private int at;
  private long seq;

  /**
   * @param inFlight from 1
   */
  ClientTrace(int inFlight) throws IOException, TextTraceException {
    opsPerRound = Math.max(20_000, inFlight + inFlight / 4) & ~1;
    preamble = read(preamble(inFlight));
    var text = new StringBuilder("wtrace 1\ndefaults client:1 tid:76 pid:4 irql:2\n");
    for (int op = 0; op < opsPerRound; op++) {
      send(text, op);
      complete(text, op - inFlight);
    }
    round = read(text.toString()).toArray(TextTraceReader.Entry[]::new);
  }

  /** Drivers, sockets, connections. */
  List<TimedEvent> preamble() {
    return preamble.stream().map(this::next).toList();
  }

  /** The next event; there always is one. */
  TimedEvent next() {
    TextTraceReader.Entry entry = round[at];
    if (++at == round.length) {
      at = 0;
      shift();
    }
    return next(entry);
  }

  private TimedEvent next(TextTraceReader.Entry entry) {
    seq++;
    entry.payload().set(LONG, 0, seq);
    try {
      return new TimedEvent(
          Objects.requireNonNull(
              WskEventDecoder.decode(entry.id(), entry.payload(), 0, entry.payload().byteSize())),
          seq * NANOS);
    } catch (MalformedEventException e) {
      throw new IllegalStateException(e);
    }
  }

  /** New numbers for the operations of the next round. */
  private void shift() {
    for (TextTraceReader.Entry entry : round) {
      MemorySegment payload = entry.payload();
      long opId = payload.get(LONG, OP_ID_OFFSET);
      if (opId != 0) {
        payload.set(LONG, OP_ID_OFFSET, opId + opsPerRound);
      }
    }
  }

  private String preamble(int inFlight) {
    var text = new StringBuilder("wtrace 1\ndefaults client:1 tid:76 pid:4\n");
    text.append("SessionInfo osBuild=19041 tiers=0xf\n");
    text.append("DriverLoad name=\"client.sys\" base=0xfffff80000010000 imageSize=0x8000\n");
    for (int i = 1; i <= SOCKETS; i++) {
      String call = "irpSnap{ptr=0x%x completion=0x1f00 nextControl=0xe0}".formatted(irp(-i, 0));
      text.append("op:%d OpEnter verb=WskSocket flags=0x2 %s%n".formatted(i, call));
      text.append("op:%d OpExit verb=WskSocket status=STATUS_PENDING%n".formatted(i));
      text.append("op:%d OpComplete verb=WskSocket information=0x%x%n".formatted(i, socket(i)));
      text.append("op:%d OpCompleteExit status=STATUS_MORE_PROCESSING_REQUIRED%n".formatted(i));
      for (String verb : List.of("WskBind", "WskConnect")) {
        int id = i + (verb.equals("WskBind") ? 1000 : 2000);
        text.append("op:%d OpEnter verb=%s socket=0x%x %s%n".formatted(id, verb, socket(i), call));
        text.append("op:%d OpExit verb=%s status=STATUS_PENDING%n".formatted(id, verb));
        text.append("op:%d OpComplete verb=%s%n".formatted(id, verb));
        text.append("op:%d OpCompleteExit status=STATUS_MORE_PROCESSING_REQUIRED%n".formatted(id));
      }
    }
    // The sends that the first round completes.
    for (int op = -inFlight; op < 0; op++) {
      send(text, op);
    }
    return text.toString().replace("%n", "\n");
  }

  private void send(StringBuilder text, int op) {
    long irp = irp(op, opsPerRound);
    long mdl = irp + 0x400;
    long id = 1_000_000 + (long) opsPerRound + op;
    if (reuses(op)) {
      text.append("rva:0x1000 IrpReuse irp=0x%x\n".formatted(irp));
    } else {
      text.append("rva:0x1010 IrpBirth irp=0x%x kind=IoAllocateIrp stackSize=1\n".formatted(irp));
      text.append(
          "rva:0x1020 MdlBirth mdl=0x%x kind=IoAllocateMdl va=0x%x length=%d\n"
              .formatted(mdl, buffer(op), BYTES));
      text.append("rva:0x1030 MdlBuild mdl=0x%x\n".formatted(mdl));
    }
    text.append(
        ("op:%d rva:0x1100 SendEnter verb=WskSend socket=0x%x irpSnap{ptr=0x%x completion=0x1f00 nextControl=0xe0 stackCount=1 currentLocation=2}"
                + " mdlHead=0x%x length=%d mdlSnap{ptr=0x%x startVa=0x%x byteCount=%d mdlFlags=0x4}\n")
            .formatted(
                id,
                socket(1 + Math.floorMod(op, SOCKETS)),
                irp,
                mdl,
                BYTES,
                mdl,
                buffer(op),
                BYTES));
    text.append(
        "op:%d rva:0x1100 OpExit verb=WskSend irp=0x%x status=STATUS_PENDING\n".formatted(id, irp));
  }

  private void complete(StringBuilder text, int op) {
    long irp = irp(op, opsPerRound);
    long id = 1_000_000 + (long) opsPerRound + op;
    text.append(
        "op:%d cpu1 tid:8 OpComplete verb=WskSend irp=0x%x information=%d pendingReturned=1\n"
            .formatted(id, irp, BYTES));
    if (!reuses(op)) {
      text.append("cpu1 tid:8 rva:0x1200 MdlFree mdl=0x%x\n".formatted(irp + 0x400));
      text.append("cpu1 tid:8 rva:0x1210 IrpFree irp=0x%x\n".formatted(irp));
    }
    text.append(
        "op:%d cpu1 tid:8 OpCompleteExit verb=WskSend irp=0x%x status=STATUS_MORE_PROCESSING_REQUIRED irqlOut=2\n"
            .formatted(id, irp));
  }

  private static boolean reuses(int op) {
    return (op & 1) == 0;
  }

  private static long socket(int number) {
    return 0xffffa80000000000L + number * 0x200L;
  }

  /** Sends of the same place in their rounds share an address. */
  private static long irp(int op, int opsPerRound) {
    return 0xffffa80100000000L + (opsPerRound == 0 ? op : Math.floorMod(op, opsPerRound)) * 0x800L;
  }

  private long buffer(int op) {
    return 0xffffa90000000000L + Math.floorMod(op, opsPerRound) * 0x1000L;
  }

  private static List<TextTraceReader.Entry> read(String text)
      throws IOException, TextTraceException {
    var reader = new TextTraceReader(new StringReader(text));
    List<TextTraceReader.Entry> entries = new ArrayList<>();
    for (var entry = reader.next(); entry != null; entry = reader.next()) {
      entries.add(entry);
    }
    return entries;
  }
}
