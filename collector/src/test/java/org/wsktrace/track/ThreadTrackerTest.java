package org.wsktrace.track;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.wsktrace.event.WskEvent.CallEnter;
import org.wsktrace.track.LiveThread.Frame;
import org.wsktrace.track.LiveThread.Kind;

class ThreadTrackerTest {
  private static final String SNAP = "irpSnap{ptr=0xb0 completion=0x1f00}";

  private static final Map<String, String> EVENTS =
      Map.ofEntries(
          Map.entry("call", "tid:76 op:1 OpEnter verb=WskBind " + SNAP),
          Map.entry("return", "tid:76 op:1 OpExit verb=WskBind"),
          Map.entry("complete", "tid:76 op:1 OpComplete verb=WskBind"),
          Map.entry("completed", "tid:76 op:1 OpCompleteExit verb=WskBind"),
          Map.entry("call2", "tid:76 op:2 OpEnter verb=WskBind " + SNAP),
          Map.entry("return2", "tid:76 op:2 OpExit verb=WskBind"),
          Map.entry("messages", "tid:76 op:3 SendEnter verb=WskSendMessages " + SNAP),
          Map.entry("returnMessages", "tid:76 op:3 OpExit verb=WskSendMessages"),
          Map.entry("callback", "tid:76 op:4 CallbackEnter kind=WskReceiveEvent"),
          Map.entry("calledBack", "tid:76 op:4 CallbackExit kind=WskReceiveEvent"),
          Map.entry("wait", "tid:76 op:5 WaitEnter kind=KeWaitForSingleObject"),
          Map.entry("woken", "tid:76 op:5 WaitExit kind=KeWaitForSingleObject"),
          Map.entry("register", "tid:76 op:6 RegEnter verb=WskRegister"),
          Map.entry("registered", "tid:76 op:6 RegExit verb=WskRegister"),
          Map.entry("release", "tid:76 op:7 ReleaseEnter"),
          Map.entry("released", "tid:76 op:7 ReleaseExit"),
          Map.entry("elsewhere", "tid:80 op:1 OpComplete verb=WskBind"));

  @ParameterizedTest
  @CsvSource({
    "call,                                      CALL",
    "call return,                               ''",
    "call complete,                             CALL COMPLETION",
    "call complete completed,                   CALL",
    "call complete completed return,            ''",
    "call complete call2,                       CALL COMPLETION CALL",
    "call complete call2 return2,               CALL COMPLETION",
    "call elsewhere,                            CALL",
    "callback call,                             CALLBACK CALL",
    "callback wait,                             CALLBACK WAIT",
    "callback wait woken calledBack,            ''",
    "register registered release,               RELEASE",
    "release released wait,                     WAIT",
    // One call, however many buffers.
    "messages messages messages,                CALL",
    "messages messages returnMessages,          ''",
    // The end of the inner one is missing, or the begin.
    "call complete return,                      ''",
    "completed,                                 ''",
    "call completed,                            CALL",
  })
  void frames(String events, String kinds) throws Exception {
    String lines =
        Stream.of(events.split(" ")).map(EVENTS::get).collect(Collectors.joining("\n", "", "\n"));

    assertThat(kinds(thread(lines, 76))).isEqualTo(kinds);
  }

  @Test
  void onlyThreadsInTheMiddleOfSomethingAreKept() throws Exception {
    Tracks tracks =
        tracks(
            """
            tid:76 op:1 OpEnter verb=WskBind
            tid:80 op:2 OpEnter verb=WskBind
            tid:76 op:1 OpExit verb=WskBind
            """);

    assertThat(tracks.threads().living()).extracting(LiveThread::tid).containsExactly(80L);
  }

  @Test
  void theIdleThreadsOfTwoProcessorsAreTwo() throws Exception {
    Tracks tracks =
        tracks(
            """
            cpu0 tid:0 op:1 CallbackEnter kind=WskReceiveEvent
            cpu1 tid:0 op:2 OpComplete verb=WskSend
            """);

    assertThat(tracks.threads().living())
        .extracting(ThreadTrackerTest::kinds)
        .containsExactly("CALLBACK", "COMPLETION");
  }

  /** The stack grows downwards, so a call from further up shows that what was below has ended. */
  @Test
  void aCallFromFurtherUpTheStackEndsWhatWasBelow() throws Exception {
    String limits = " stackLow=0x1000 stackHigh=0x7000 ";
    String inner = "tid:76 sp:0x5000 op:1 OpEnter verb=WskBind" + limits + "\n";

    assertThat(kinds(thread(inner + "tid:76 sp:0x4000 op:2 OpEnter verb=WskBind" + limits, 76)))
        .isEqualTo("CALL CALL");
    assertThat(kinds(thread(inner + "tid:76 sp:0x5000 op:2 OpEnter verb=WskBind" + limits, 76)))
        .isEqualTo("CALL");
    assertThat(
            kinds(
                thread(
                    inner
                        + "tid:76 sp:0x9000 op:2 OpEnter verb=WskBind stackLow=0x8000 stackHigh=0xa000",
                    76)))
        .as("a DPC on a stack of its own")
        .isEqualTo("CALL CALL");
  }

  @ParameterizedTest
  @CsvSource({
    // irql and stack pointer of the completion, of the call, limits of the call's stack
    "0, 0x5000, 0, 0x4000, 0x1000, 0x7000, true",
    "0, 0x5000, 2, 0x4000, 0x1000, 0x7000, true",
    "2, 0x0,    2, 0x0,    0x0,    0x0,    true",
    "0, 0x5000, 2, 0x9800, 0x8000, 0xa000, false",
    "0, 0x0,    2, 0x0,    0x0,    0x0,    false",
  })
  void aDpcOnTopIsToldFromACall(
      int irql, String sp, int callIrql, String callSp, String low, String high, boolean made)
      throws Exception {
    Tracks tracks =
        tracks(
            "tid:76 irql:%d sp:%s op:1 OpComplete verb=WskBind\n".formatted(irql, sp)
                + "tid:76 irql:%d sp:%s op:2 OpEnter verb=WskBind stackLow=%s stackHigh=%s\n"
                    .formatted(callIrql, callSp, low, high));
    List<Frame> frames = tracks.threads().living().iterator().next().frames();
    var call = (CallEnter) frames.getLast().enter().event();

    assertThat(frames.getFirst().surelyMade(call)).isEqualTo(made);
  }

  @Test
  void aFrameKnowsItsOperation() throws Exception {
    LiveThread thread = thread(EVENTS.get("call") + "\n" + EVENTS.get("complete"), 76);

    assertThat(thread.frames()).extracting(frame -> frame.operation().opId()).containsOnly(1L);
    assertThat(thread.depth(Kind.COMPLETION)).isEqualTo(1);
    assertThat(thread.innermost(Kind.CALL).enter().seq()).isEqualTo(1);
  }

  @Test
  void tooDeepIsLeftOut() throws Exception {
    var lines = new StringBuilder();
    for (int i = 1; i <= 1_000; i++) {
      lines.append("tid:76 op:%d OpComplete verb=WskSend\n".formatted(i));
    }

    assertThat(thread(lines.toString(), 76).frames()).hasSize(LiveThread.MAX_FRAMES);
  }

  private static Tracks tracks(String lines) throws Exception {
    return TrackedText.tracks(lines, new ArrayList<>());
  }

  /** A thread that is in nothing is one without frames. */
  private static LiveThread thread(String lines, long tid) throws Exception {
    return StreamSupport.stream(tracks(lines + "\n").threads().living().spliterator(), false)
        .filter(thread -> thread.tid() == tid)
        .findFirst()
        .orElse(new LiveThread(tid));
  }

  private static String kinds(LiveThread thread) {
    return thread.frames().stream()
        .map(frame -> frame.kind().name())
        .collect(Collectors.joining(" "));
  }
}
