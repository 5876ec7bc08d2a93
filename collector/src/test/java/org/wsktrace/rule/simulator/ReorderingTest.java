package org.wsktrace.rule.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Finding;
import org.wsktrace.rule.Fixture;
import org.wsktrace.rule.judge.Catalogue;
import org.wsktrace.rule.judge.JudgeReport;
import org.wsktrace.track.fact.Fact;
import org.wsktrace.track.fact.IrpLife;
import org.wsktrace.track.fact.MdlLife;
import org.wsktrace.track.fact.Operation;
import org.wsktrace.track.fact.SocketLife;

/**
 * Events on different processors that have nothing to do with each other may come in any order, and
 * so may the return and the completion of one call: the facts and the findings stay the same.
 */
class ReorderingTest {
  private static final int TRACES = "1".equals(System.getenv("WSKTRACE_LONG")) ? 500 : 5;
  private static final int EVENTS = 1_500;
  private static final int SWAPS = 20_000;
  private static final List<Sin> SINS = List.of(Sin.values());

  /** An event, and what it has to do with. */
  private record Line(String text, WskEvent event, Set<Long> objects) {}

  /** What is the same in every order. */
  private record Outcome(Map<String, Integer> facts, List<String> findings) {}

  @Test
  void theOrderAcrossProcessorsChangesNothing() throws Exception {
    long seed = Long.getLong("wsktrace.seed", System.nanoTime());
    System.out.println("ReorderingTest: -Dwsktrace.seed=" + seed);
    for (long i = 0; i < TRACES; i++) {
      var random = new Random(seed + i);
      Sin sin = random.nextBoolean() ? SINS.get(random.nextInt(SINS.size())) : null;
      List<Line> lines = lines(seed + i, sin);
      Outcome before = outcome(lines);

      int swaps = reorder(lines, random);

      assertThat(swaps).isGreaterThan(EVENTS / 4);
      assertThat(outcome(lines)).as("-Dwsktrace.seed=%d", seed + i).isEqualTo(before);
    }
  }

  private static List<Line> lines(long seed, @Nullable Sin sin) throws Exception {
    List<String> texts;
    try (var reader = new BufferedReader(new MachineReader(seed, EVENTS, sin))) {
      texts = reader.lines().skip(1).toList();
    }
    List<TimedEvent> events = Fixture.events("wtrace 1\n" + String.join("\n", texts));
    List<Line> lines = new ArrayList<>();
    Map<Long, Set<Long>> byOperation = new HashMap<>();
    for (int i = 0; i < texts.size(); i++) {
      WskEvent event = events.get(i).event();
      Set<Long> objects = objects(event);
      long op = event.header().opId();
      if (op != 0) {
        // Whatever the call was given, its completion has to do with too.
        objects.addAll(byOperation.computeIfAbsent(op, _ -> new HashSet<>()));
        byOperation.get(op).addAll(objects);
      }
      lines.add(new Line(texts.get(i).substring(texts.get(i).indexOf(' ')), event, objects));
    }
    return lines;
  }

  /** Addresses, as the 64 KiB that they lie in: what lies in one block belongs together. */
  private static Set<Long> objects(WskEvent event) {
    Set<Long> objects = new HashSet<>();
    switch (event) {
      case WskEvent.DataEnter call -> {
        add(objects, call.socket(), call.irpSnap().ptr());
        call.mdlSnaps().forEach(mdl -> add(objects, mdl.ptr(), mdl.startVa()));
      }
      case WskEvent.CallEnter call -> add(objects, call.socket(), call.irpSnap().ptr());
      case WskEvent.OpComplete complete -> add(objects, complete.irp(), complete.information());
      case WskEvent.OpExit exit -> add(objects, exit.irp(), exit.socket());
      case WskEvent.OpCompleteExit exit -> add(objects, exit.irp());
      case WskEvent.IrpPointer pointer -> add(objects, pointer.irp());
      case WskEvent.IrpBirth birth -> add(objects, birth.irp());
      case WskEvent.IrpReuse reuse -> add(objects, reuse.irp());
      case WskEvent.IrpCancelRet cancel -> add(objects, cancel.irp());
      case WskEvent.MdlBirth birth -> add(objects, birth.mdl(), birth.va());
      case WskEvent.MdlCall call -> add(objects, call.mdl(), call.va());
      case WskEvent.PoolBlock block -> add(objects, block.block());
      case WskEvent.WaitEnter _, WskEvent.WaitExit _ -> {}
      default -> objects.add(-1L);
    }
    return objects;
  }

  private static void add(Set<Long> objects, long... addresses) {
    for (long address : addresses) {
      if (address != 0) {
        objects.add(address >>> 16);
      }
    }
  }

  /** Swaps neighbours that may be swapped; returns how many were. */
  private static int reorder(List<Line> lines, Random random) {
    int swaps = 0;
    for (int i = 0; i < SWAPS; i++) {
      int at = random.nextInt(lines.size() - 1);
      if (maySwap(lines.get(at), lines.get(at + 1))) {
        Collections.swap(lines, at, at + 1);
        swaps++;
      }
    }
    return swaps;
  }

  private static boolean maySwap(Line one, Line other) {
    if (one.event.header().tid() == other.event.header().tid()
        || one.objects.contains(-1L)
        || other.objects.contains(-1L)) {
      return false;
    }
    return Collections.disjoint(one.objects, other.objects)
        || returnAndCompletion(one.event, other.event)
        || returnAndCompletion(other.event, one.event);
  }

  private static boolean returnAndCompletion(WskEvent one, WskEvent other) {
    return one instanceof WskEvent.OpExit
        && other instanceof WskEvent.OpComplete
        && one.header().opId() == other.header().opId();
  }

  private static Outcome outcome(List<Line> lines) throws Exception {
    var text = new StringBuilder("wtrace 1\n");
    for (int i = 0; i < lines.size(); i++) {
      text.append(i * 1000L).append("ns").append(lines.get(i).text).append('\n');
    }
    Map<String, Integer> facts = new HashMap<>();
    JudgeReport report =
        Fixture.judge(
            Fixture.events(text.toString()),
            Catalogue.RULES,
            fact -> facts.merge(text(fact), 1, Integer::sum));
    return new Outcome(
        facts,
        report.findings().stream()
            .filter(finding -> finding.rule().effect() != Effect.PERFORMANCE)
            .map(Finding::fingerprint)
            .sorted()
            .toList());
  }

  /** Without its number and its moments. */
  private static String text(Fact fact) {
    return switch (fact) {
      case Operation op ->
          "%d %s %s %s %d %s"
              .formatted(
                  op.opId(),
                  op.verb(),
                  op.exit() == null ? null : op.exit().status(),
                  op.completion() == null ? null : op.completion().information(),
                  op.length(),
                  op.buffers().stream().map(Operation.Buffer::va).toList());
      case IrpLife irp ->
          "IRP %x %s %s %d".formatted(irp.address(), irp.kind(), irp.state(), irp.operations());
      case MdlLife mdl ->
          "MDL %x %s %s %d %x"
              .formatted(mdl.address(), mdl.kind(), mdl.state(), mdl.lockBalance(), mdl.va());
      case SocketLife socket ->
          "socket %x %s %s".formatted(socket.address(), socket.category(), socket.state());
      default -> fact.toString();
    };
  }
}
