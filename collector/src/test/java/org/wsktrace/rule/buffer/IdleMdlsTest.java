package org.wsktrace.rule.buffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.wsktrace.rule.Finding;
import org.wsktrace.rule.Fixture;
import org.wsktrace.rule.Verdict;

/**
 * A driver that locks pages for each send and never unlocks them, as adrianyy/rw_socket_driver did
 * until MmProbeAndLockPages raised after 16,380 sends; and drivers that keep what they use.
 */
class IdleMdlsTest {
  private static final long MDLS = 0xd000;

  private int opId = 1;

  @Test
  void mdlsThatServedOneSendEachPileUp() throws Exception {
    var trace = new StringBuilder("wtrace 1\nSessionInfo tiers=0x3f\n");
    for (int i = 0; i < 300; i++) {
      lock(trace, i);
      send(trace, i);
    }
    trace.append("30s Heartbeat\n");

    List<Finding> found = judge(trace);

    assertThat(found)
        .extracting(finding -> finding.rule().id(), Finding::verdict, Finding::title)
        .containsExactlyInAnyOrder(
            tuple(
                "WSK-BUF-011",
                Verdict.SUSPECTED,
                "Pages of 300 MDLs are locked that served one call each and rest since; MDL 0xd000 is the eldest"),
            tuple(
                "WSK-BUF-013",
                Verdict.SUSPECTED,
                "300 MDLs served one call each and rest since; MDL 0xd000 is the eldest"));
  }

  @Test
  void aFewAreACache() throws Exception {
    var trace = new StringBuilder("wtrace 1\nSessionInfo tiers=0x3f\n");
    for (int i = 0; i < 255; i++) {
      lock(trace, i);
      send(trace, i);
    }
    trace.append("30s Heartbeat\n");

    assertThat(judge(trace)).isEmpty();
  }

  @Test
  void mdlsThatAreUsedAgainAreACache() throws Exception {
    var trace = new StringBuilder("wtrace 1\nSessionInfo tiers=0x3f\n");
    for (int i = 0; i < 300; i++) {
      lock(trace, i);
    }
    for (int i = 0; i < 600; i++) {
      send(trace, i % 300);
    }
    trace.append("30s Heartbeat\n");

    assertThat(judge(trace)).isEmpty();
  }

  @Test
  void mdlsThatWereUsedAMomentAgoAreInUse() throws Exception {
    var trace = new StringBuilder("wtrace 1\nSessionInfo tiers=0x3f\n");
    for (int i = 0; i < 300; i++) {
      lock(trace, i);
      send(trace, i);
    }
    trace.append("9s Heartbeat\n");

    assertThat(judge(trace)).isEmpty();
  }

  private static void lock(StringBuilder trace, int i) {
    trace.append(
        """
        client:1 rva:0x1010 MdlBirth mdl=0x%1$x kind=IoAllocateMdl
        client:1 rva:0x1020 MdlLock mdl=0x%1$x
        """
            .formatted(MDLS + i));
  }

  private void send(StringBuilder trace, int i) {
    trace.append(
        """
        op:%1$d client:1 rva:0x1100 SendEnter verb=WskSend irpSnap{ptr=0x%2$x completion=0x1f00 nextControl=0xe0 stackCount=1 currentLocation=2} length=1 mdlHead=0x%3$x mdlSnap{ptr=0x%3$x byteCount=1 startVa=0x9000 mdlFlags=0x2}
        op:%1$d OpExit verb=WskSend status=STATUS_PENDING
        op:%1$d OpComplete verb=WskSend information=1
        """
            .formatted(opId, 0xb0000 + opId * 0x200, MDLS + i));
    opId++;
  }

  private static List<Finding> judge(StringBuilder trace) throws Exception {
    return Fixture.judge(Fixture.events(trace.toString()), BufferRules.ALL, _ -> {}).findings();
  }
}
