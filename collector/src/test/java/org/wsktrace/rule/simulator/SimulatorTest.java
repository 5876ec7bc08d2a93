package org.wsktrace.rule.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.text.TextTraceReader;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Finding;
import org.wsktrace.rule.Settings;
import org.wsktrace.rule.Severity;
import org.wsktrace.rule.judge.Catalogue;
import org.wsktrace.rule.judge.Judge;

/**
 * A client that does everything right is never accused of more than slowness; one that does a
 * single thing wrong is found, and for that alone. WSKTRACE_LONG=1: ten million events and a
 * hundred seeds of every sin.
 */
class SimulatorTest {
  private static final boolean LONG = "1".equals(System.getenv("WSKTRACE_LONG"));
  private static final int CLIENTS = LONG ? 100 : 4;
  private static final long EVENTS = LONG ? 100_000 : 10_000;
  private static final int SINNERS = LONG ? 100 : 3;
  private static final long SEED = Long.getLong("wsktrace.seed", System.nanoTime());

  @BeforeAll
  static void printSeed() {
    System.out.println("SimulatorTest: -Dwsktrace.seed=" + SEED);
  }

  @Test
  void aCorrectClientIsNeverAccused() throws Exception {
    for (long i = 0; i < CLIENTS; i++) {
      assertThat(findings(SEED + i, EVENTS, null))
          .as("-Dwsktrace.seed=%d", SEED + i)
          .filteredOn(SimulatorTest::matters)
          .isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aSinIsFoundAndNothingElse(Sin sin) throws Exception {
    for (long i = 0; i < SINNERS; i++) {
      assertThat(findings(SEED + i, 2_000, sin))
          .as("-Dwsktrace.seed=%d", SEED + i)
          .filteredOn(SimulatorTest::matters)
          .extracting(Finding::fingerprint)
          .containsExactly("%s@client.sys+0x%x".formatted(sin.rule(), Sin.SITE));
    }
  }

  /** More than a hint, and more than slow. */
  private static boolean matters(Finding finding) {
    return finding.severity() != Severity.NOTE && finding.rule().effect() != Effect.PERFORMANCE;
  }

  private static List<Finding> findings(long seed, long events, @Nullable Sin sin)
      throws Exception {
    var judge = new Judge(Catalogue.RULES, Settings.INITIAL, _ -> {});
    var reader = new TextTraceReader(new BufferedReader(new MachineReader(seed, events, sin)));
    for (var entry = reader.next(); entry != null; entry = reader.next()) {
      TimedEvent event = entry.event();
      judge.event(event);
    }
    return judge.end().findings();
  }
}
