package org.wsktrace.rule.performance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.wsktrace.rule.Fixture;

/**
 * The rules at their initial settings: with as much as it takes they say something, with one less
 * they do not. The fixtures set them lower, to be short.
 */
class DefaultsTest {
  private final StringBuilder trace = new StringBuilder("wtrace 1\n");
  private int opIds;

  /** Something that a driver does again and again. */
  private interface Habit {
    void once(int number);
  }

  @ParameterizedTest
  @CsvSource({
    "WSK-PERF-001, 100",
    "WSK-PERF-002, 64",
    "WSK-PERF-004, 64",
    "WSK-PERF-006, 5",
    "WSK-PERF-007, 5",
    "WSK-PERF-008, 32",
    "WSK-PERF-010, 10000",
    "WSK-PERF-011, 101",
    "WSK-PERF-012, 10000",
    "WSK-PERF-013, 9",
    "WSK-PERF-014, 100",
  })
  void asMuchAsItTakes(String rule, int enough) throws Exception {
    assertThat(found(rule, enough)).contains(rule);
    trace.setLength("wtrace 1\n".length());
    opIds = 0;
    assertThat(found(rule, enough - 1)).doesNotContain(rule);
  }

  @Test
  void aSendThatTakesTenTimesAsLongAsAHundredBeforeIsAnOutlier() throws Exception {
    connected();
    for (int i = 0; i < 101; i++) {
      send(10_000 + i * 20_000L, 15_000, 4096);
    }
    send(3_000_000, 140_000, 4096);

    assertThat(judged()).doesNotContain("WSK-PERF-005");

    send(4_000_000, 160_000, 4096);

    assertThat(judged()).contains("WSK-PERF-005");
  }

  private List<String> found(String rule, int times) throws Exception {
    connected();
    Habit habit = habit(rule);
    for (int i = 0; i < times; i++) {
      habit.once(i);
    }
    return judged();
  }

  private Habit habit(String rule) {
    return switch (rule) {
      case "WSK-PERF-001" -> i -> send(10_000 + i * 900L, 1, 255);
      // The first one has nothing to wait for, which is less than a twentieth.
      case "WSK-PERF-002" -> i -> send(10_000 + i * 2_100L, 2_000, 4096);
      case "WSK-PERF-004" ->
          i -> {
            if (i == 0) {
              line("5ms CallbackEnter kind=WskSendBacklogEvent socket=0x50 backlogSize=100000");
            }
            int op = enter(10_000 + i * 1_000L, "SendEnter verb=WskSend", 24_000);
            if (op > 2) {
              complete(10_990 + i * 1_000L, op - 1, "WskSend", 24_000);
            }
          };
      case "WSK-PERF-006" ->
          i -> {
            int head = enter(10_000 + i * 300_000L, "SendEnter verb=WskSend", 20);
            int body = enter(10_010 + i * 300_000L, "SendEnter verb=WskSend", 1459);
            complete(210_000 + i * 300_000L, head, "WskSend", 20);
            complete(210_010 + i * 300_000L, body, "WskSend", 1459);
          };
      case "WSK-PERF-007" ->
          i -> {
            for (int one = i == 0 ? 0 : 1; one < 2; one++) {
              int op = enter(10_000 + (i + one) * 1_200L, "RecvEnter verb=WskReceiveFrom", 1500);
              complete(10_040 + (i + one) * 1_200L, op, "WskReceiveFrom", 100);
            }
          };
      case "WSK-PERF-008" ->
          i -> {
            receive(10_000 + i * 1_000L, 64);
            receive(10_500 + i * 1_000L, 4096);
          };
      case "WSK-PERF-010" ->
          i -> {
            long at = 10_000 + i * 99L;
            line(at + "us IrpBirth irp=0xbb kind=IoAllocateIrp");
            int op = enter(at + 1, "SendEnter verb=WskSendTo", 1000);
            complete(at + 2, op, "WskSendTo", 1000);
            line("IrpFree irp=0xbb");
          };
      case "WSK-PERF-011" ->
          i -> {
            String socket = "0x" + Integer.toHexString(0x1000 + i * 8);
            // Adopted at its first use.
            line("op:%d OpEnter verb=WskControlSocket socket=%s".formatted(++opIds, socket));
            line("op:%d OpExit verb=WskControlSocket".formatted(opIds));
            line(
                "op:%d OpEnter verb=WskControlSocket socket=%s controlCode=0x4002 controlLevel=0xffff inputSize=16 inputBuffer=0x9000 input=%s"
                    .formatted(++opIds, socket, "000000000000000040" + "0".repeat(46)));
            line("op:%d OpExit verb=WskControlSocket".formatted(opIds));
          };
      case "WSK-PERF-012" ->
          i -> line("%dus MdlLock mdl=0xd0 length=4095".formatted(10_000 + i * 99L));
      case "WSK-PERF-013" ->
          i -> {
            int op = enter(10_000 + i * 6L, "SendEnter verb=WskSendTo", 1200);
            complete(10_003 + i * 6L, op, "WskSendTo", 1200);
          };
      case "WSK-PERF-014" ->
          i -> {
            int op = enter(10_000 + i * 100L, "RecvEnter verb=WskReceive", 4096);
            // One in ten is not waited for.
            if (i % 10 != 9) {
              line("WaitEnter kind=KeWaitForSingleObject");
            }
            complete(10_050 + i * 100L, op, "WskReceive", 4096);
            line("WaitExit kind=KeWaitForSingleObject");
          };
      default -> throw new IllegalArgumentException(rule);
    };
  }

  private void connected() {
    line("op:1 OpEnter verb=WskControlSocket socket=0x50");
    line("op:1 OpExit verb=WskControlSocket");
    opIds = 1;
  }

  private void send(long micros, long latency, int length) {
    int op = enter(micros, "SendEnter verb=WskSend", length);
    complete(micros + latency, op, "WskSend", length);
  }

  private void receive(long micros, int length) {
    int op = enter(micros, "RecvEnter verb=WskReceive flags=0x2", length);
    complete(micros + 100, op, "WskReceive", length);
  }

  private int enter(long micros, String call, int length) {
    int op = ++opIds;
    String irp = call.contains("SendTo") ? "0xbb" : "0x" + Integer.toHexString(0x10000 + op * 8);
    line(
        "%dus op:%d %s socket=0x50 irpSnap{ptr=%s completion=0x1f00} length=%d"
            .formatted(micros, op, call, irp, length));
    line("op:%d OpExit %s status=STATUS_PENDING".formatted(op, verb(call)));
    return op;
  }

  /** The field of a call: verb=WskSend. */
  private static String verb(String call) {
    int from = call.indexOf("verb=");
    int to = call.indexOf(' ', from);
    return call.substring(from, to < 0 ? call.length() : to);
  }

  private void complete(long micros, int op, String verb, int length) {
    line("%dus tid:8 op:%d OpComplete verb=%s information=%d".formatted(micros, op, verb, length));
  }

  private void line(String text) {
    trace.append("client:1 ").append(text.contains("tid:") ? "" : "tid:76 ").append(text);
    trace.append('\n');
  }

  private List<String> judged() throws Exception {
    return Fixture.judge(Fixture.events(trace.toString()), PerformanceRules.ALL, _ -> {})
        .findings()
        .stream()
        .map(finding -> finding.rule().id())
        .toList();
  }
}
