package org.wsktrace.rule.judge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent.OpExit;
import org.wsktrace.rule.Finding;
import org.wsktrace.rule.Fixture;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Settings;
import org.wsktrace.rule.Verdict;
import org.wsktrace.rule.buffer.MdlFreedInFlight;
import org.wsktrace.rule.socket.SocketClosedTwice;
import org.wsktrace.track.fact.Fact;
import org.wsktrace.track.fact.Loss;

class JudgeTest {
  private static final String FREED_WHILE_PENDING =
      """
      op:1 rva:0x1100 SendEnter verb=WskSend irpSnap{ptr=0xb0 completion=0x1f00} length=1 mdlSnap{ptr=0xd0 byteCount=1 mdlFlags=0x4}
      op:1 OpExit verb=WskSend status=STATUS_PENDING
      rva:0x1200 MdlFree mdl=0xd0
      op:1 OpComplete verb=WskSend
      """;

  @Test
  void aRuleThatThrowsIsNotEvaluatedAndTheOthersGoOn() throws Exception {
    Rule broken =
        new Rule(
            MdlFreedInFlight.RULE.info(),
            trial ->
                trial.on(
                    OpExit.class,
                    _ -> {
                      throw new IllegalStateException("broken");
                    }));
    JudgeReport report =
        Fixture.judge(
            events("wtrace 1\n" + FREED_WHILE_PENDING),
            List.of(broken, SocketClosedTwice.RULE),
            _ -> {});

    Coverage coverage = report.coverage().getFirst();
    assertThat(coverage.verdict()).isEqualTo(Verdict.NOT_EVALUATED);
    assertThat(coverage.reason())
        .isEqualTo("error in rule: java.lang.IllegalStateException: broken");
    assertThat(report.coverage().getLast().verdict()).isEqualTo(Verdict.PASSED);
  }

  @Test
  void whatWasNotRecordedIsNotEvaluated() throws Exception {
    JudgeReport report =
        judge(
            """
            wtrace 1
            SessionInfo tiers=0x5
            OpExit verb=WskSend
            """);

    assertThat(coverage(report, "WSK-BUF-001").verdict()).isEqualTo(Verdict.PASSED);
    assertThat(coverage(report, "WSK-BUF-002").verdict()).isEqualTo(Verdict.NOT_EVALUATED);
    assertThat(coverage(report, "WSK-BUF-002").reason())
        .isEqualTo("the pool calls (ExAllocatePool, ExFreePool) were not recorded");
    assertThat(coverage(report, "WSK-BUF-002").remedy())
        .isEqualTo(
            "record again, after 'wskctl targets yours.sys=mdls,pool,waits' and before the driver"
                + " loads");
  }

  @Test
  void rulesThatLackDifferentThingsHaveOneRemedy() throws Exception {
    JudgeReport report = judge("wtrace 1\nSessionInfo tiers=0x3\nOpExit verb=WskSend\n");

    assertThat(coverage(report, "WSK-BUF-001").reason()).startsWith("the MDL calls");
    assertThat(coverage(report, "WSK-BUF-002").reason()).startsWith("the pool calls");
    assertThat(coverage(report, "WSK-BUF-001").remedy())
        .isEqualTo(coverage(report, "WSK-BUF-002").remedy())
        .contains("'wskctl targets yours.sys=mdls,pool,waits'");
  }

  @Test
  void aRemedyNamesTheDriversAndKeepsWhatWasRecorded() throws Exception {
    JudgeReport report =
        judge(
            """
            wtrace 1
            SessionInfo tiers=0x17
            client:1 DriverLoad name="/drivers/client.sys" base=0x10000 imageSize=0x8000
            client:2 DriverLoad name="my server.sys" base=0x20000 imageSize=0x8000
            OpExit verb=WskSend
            """);

    assertThat(coverage(report, "WSK-BUF-002").remedy())
        .isEqualTo(
            "record again, after 'wskctl targets client.sys=mdls,pool,waits \"my"
                + " server.sys=mdls,pool,waits\"' and before the driver loads");
  }

  @Test
  void aTraceWithoutSessionInfoIsJudgedByTheEventsThatItHas() throws Exception {
    JudgeReport report = judge("wtrace 1\nOpExit verb=WskSend\n");

    assertThat(coverage(report, "WSK-BUF-001").reason())
        .isEqualTo(
            "the trace has none of the MDL calls (IoAllocateMdl, MmUnlockPages, IoFreeMdl),"
                + " and no SessionInfo that says they were recorded");
  }

  @Test
  void oneProvedChargeSpeaksForADoubtfulOneOfTheSamePlace() throws Exception {
    JudgeReport report =
        judge(
            """
            wtrace 1
            SessionInfo tiers=0xf
            op:1 SendEnter verb=WskSend irpSnap{ptr=0xb0 completion=0x1f00} mdlSnap{ptr=0xd0 byteCount=1 mdlFlags=0x4}
            op:1 OpExit verb=WskSend status=STATUS_PENDING
            10 rva:0x1200 MdlFree mdl=0xd0
            op:2 SendEnter verb=WskSend irpSnap{ptr=0xb1 completion=0x1f00} mdlSnap{ptr=0xd1 byteCount=1 mdlFlags=0x4}
            op:2 OpExit verb=WskSend status=STATUS_PENDING
            rva:0x1200 MdlFree mdl=0xd1
            """);

    Finding finding = report.findings().getFirst();
    assertThat(finding.verdict()).isEqualTo(Verdict.VIOLATION);
    assertThat(finding.opId()).isEqualTo(2);
    assertThat(finding.count()).isEqualTo(2);
  }

  @Test
  void missingEventsBehindTheActChangeNothing() throws Exception {
    JudgeReport report =
        judge(
            """
            wtrace 1
            op:1 SendEnter verb=WskSend irpSnap{ptr=0xb0 completion=0x1f00} mdlSnap{ptr=0xd0 byteCount=1 mdlFlags=0x4}
            op:1 OpExit verb=WskSend status=STATUS_PENDING
            MdlFree mdl=0xd0
            9 op:1 OpComplete verb=WskSend
            """);

    assertThat(report.findings())
        .extracting(f -> f.rule().id() + " " + f.verdict())
        .containsExactly("WSK-BUF-001 VIOLATION", "WSK-TRC-001 VIOLATION");
  }

  @Test
  void anOperationThatTheDriverCouldNotFollowIsDoubtedUnlessItWasSeenToComplete() throws Exception {
    String lost = "EventsLost count=1 firstSeq=1 lastSeq=9 reason=NoSlot\n";
    String never = FREED_WHILE_PENDING.substring(0, FREED_WHILE_PENDING.indexOf("op:1 OpComplete"));

    assertThat(judge("wtrace 1\n" + FREED_WHILE_PENDING + lost).findings().getFirst().verdict())
        .isEqualTo(Verdict.VIOLATION);
    assertThat(judge("wtrace 1\n" + never + lost).findings().getFirst().verdict())
        .isEqualTo(Verdict.SUSPECTED);
  }

  @Test
  void callsThatNeverCompleteDoNotCrowdOutAProvedOne() throws Exception {
    var text = new StringBuilder("wtrace 1\n");
    for (int i = 1; i <= 100; i++) {
      text.append(
          FREED_WHILE_PENDING
              .replace("op:1", "op:" + i)
              .replaceFirst("op:\\d+ OpComplete.*\n", "")
              .replace("STATUS_PENDING", "STATUS_NOT_SUPPORTED"));
    }
    assertThat(judge(text.toString()).findings()).isEmpty();

    text.append(FREED_WHILE_PENDING.replace("op:1", "op:101"));
    assertThat(judge(text.toString()).findings()).extracting(Finding::count).containsExactly(1L);
  }

  @Test
  void aStreamThatDoesNotEndIsJudgedAsItGoes() throws Exception {
    var judge = new Judge(Catalogue.RULES, Settings.INITIAL, _ -> {});
    events(
            """
            wtrace 1
            SessionInfo tiers=0x3f
            op:1 rva:0x1100 OpEnter verb=WskCloseSocket socket=0x50 irpSnap{ptr=0xb0 completion=0x1f00}
            op:1 OpExit verb=WskCloseSocket status=STATUS_PENDING
            """)
        .forEach(judge::event);
    assertThat(judge.report().findings()).isEmpty();

    for (int second = 1; second <= 7; second++) {
      judge.event(
          events("wtrace 1\n%d %ds Heartbeat liveOps=1\n".formatted(3 + second, second))
              .getFirst());
    }

    assertThat(judge.report().findings())
        .extracting(found -> found.rule().id())
        .containsExactly("WSK-IRP-016");
  }

  @Test
  void whatTheDriverFoundItselfCountsWhereTheRuleFoundNothing() throws Exception {
    String word = "rva:0x1200 InDriverFinding rule=WskBuf001\n";

    assertThat(judge("wtrace 1\n" + word + word).findings())
        .extracting(f -> f.rule().id() + " " + f.where().offset() + " " + f.count())
        .containsExactly("WSK-BUF-001 4608 2");
    assertThat(judge("wtrace 1\n" + FREED_WHILE_PENDING + word).findings())
        .filteredOn(f -> f.rule().id().equals("WSK-BUF-001"))
        .extracting(Finding::count)
        .containsExactly(1L);
  }

  @Test
  void factsAndLossesGoToTheSink() throws Exception {
    List<Fact> facts = new ArrayList<>();
    Fixture.judge(events("wtrace 1\n3 Heartbeat\n"), Catalogue.RULES, facts::add);

    assertThat(facts).containsExactly(new Loss(1, 2, Loss.Reason.SEQUENCE_GAP));
  }

  private static Coverage coverage(JudgeReport report, String id) {
    return report.coverage().stream()
        .filter(coverage -> coverage.rule().id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  private static JudgeReport judge(String text) throws Exception {
    return Fixture.judge(events(text), Catalogue.RULES, _ -> {});
  }

  private static List<TimedEvent> events(String text) throws Exception {
    return Fixture.events(text);
  }
}
