package org.wsktrace.rule.judge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.wsktrace.event.text.TextTraceReader;
import org.wsktrace.rule.Fixture;
import org.wsktrace.rule.Verdict;
import org.wsktrace.rule.judge.ClientModel.Sin;

/**
 * Whatever a correct client does yields no finding; a single misuse among it is found, and nothing
 * else.
 */
class RandomClientTest {
  private static final int TRACES = Integer.getInteger("wsktrace.traces", 60);

  private static final long SEED = Long.getLong("wsktrace.seed", System.nanoTime());

  @BeforeAll
  static void printSeed() {
    System.out.println("RandomClientTest: -Dwsktrace.seed=" + SEED);
  }

  @Test
  void aCorrectClientIsNeverAccused() throws Exception {
    for (long i = 0; i < TRACES; i++) {
      String trace = trace(SEED + i, null);
      assertThat(judge(trace).findings()).as(name(SEED + i, trace)).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aSingleSinIsAlwaysFound(Sin sin) throws Exception {
    for (long i = 0; i < TRACES; i++) {
      String trace = trace(SEED + i, sin);
      assertThat(judge(trace).findings())
          .as(name(SEED + i, trace))
          .extracting(finding -> finding.rule().id() + " " + finding.verdict())
          .containsExactly(sin.rule() + " " + Verdict.VIOLATION);
    }
  }

  private static String trace(long seed, @Nullable Sin sin) {
    return new ClientModel(new Random(seed)).run(40, sin);
  }

  private static JudgeReport judge(String trace) throws Exception {
    return Fixture.judge(
        Fixture.events(new TextTraceReader(new StringReader(trace))), Catalogue.rules(), _ -> {});
  }

  private static String name(long seed, String trace) {
    return "-Dwsktrace.seed=%d%n%s".formatted(seed, trace);
  }
}
