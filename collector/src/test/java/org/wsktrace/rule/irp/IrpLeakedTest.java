package org.wsktrace.rule.irp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.wsktrace.rule.Finding;
import org.wsktrace.rule.Fixture;
import org.wsktrace.rule.Verdict;

/** The leak of a driver that lives: more events than a fixture is readable with. */
class IrpLeakedTest {
  private static final int EACH_WINDOW = 20;

  @Test
  void everMoreIdleIrpsOfOnePlaceAreSuspectedOnce() throws Exception {
    assertThat(judge(15, Integer.MAX_VALUE))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.verdict()).isEqualTo(Verdict.SUSPECTED);
              assertThat(finding.fingerprint()).isEqualTo("WSK-IRP-008@client.sys+0x1000");
              assertThat(finding.title())
                  .matches("\\d+ IRPs of one place have completed .*, more and more");
              assertThat(finding.count()).isEqualTo(1);
            });
  }

  @Test
  void aCacheThatHasItsSizeIsNoLeak() throws Exception {
    assertThat(judge(30, 4 * EACH_WINDOW)).isEmpty();
  }

  @Test
  void aFewAreNoLeak() throws Exception {
    assertThat(judge(4, Integer.MAX_VALUE)).isEmpty();
  }

  /** In each ten seconds some IRPs carry one operation; the eldest beyond the limit are freed. */
  private static List<Finding> judge(int windows, int kept) throws Exception {
    var trace =
        new StringBuilder(
            """
            wtrace 1
            defaults client:1 tid:76
            SessionInfo tiers=0x3f
            DriverLoad name="client.sys"
            """);
    Deque<Integer> idle = new ArrayDeque<>();
    int op = 0;
    for (int window = 0; window < windows; window++) {
      trace.append("%ds Heartbeat\n".formatted(1 + 10 * window));
      for (int i = 0; i < EACH_WINDOW; i++) {
        op++;
        trace.append(
            """
            rva:0x1000 IrpBirth irp=0xb0%1$04x0 kind=IoAllocateIrp
            op:%1$d OpEnter verb=WskGetNameInfo irpSnap{ptr=0xb0%1$04x0 completion=0x1f00}
            op:%1$d OpExit verb=WskGetNameInfo status=STATUS_PENDING
            op:%1$d OpComplete verb=WskGetNameInfo
            """
                .formatted(op));
        idle.addLast(op);
        if (idle.size() > kept) {
          trace.append("rva:0x1300 IrpFree irp=0xb0%04x0\n".formatted(idle.removeFirst()));
        }
      }
    }
    return Fixture.judge(Fixture.events(trace.toString()), IrpRules.ALL, _ -> {}).findings();
  }
}
