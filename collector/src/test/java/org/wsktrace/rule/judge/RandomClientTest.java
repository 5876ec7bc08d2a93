package org.wsktrace.rule.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.wsktrace.rule.Verdict.VIOLATION;

import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.wsktrace.rule.Finding;
import org.wsktrace.rule.Fixture;
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
          .extracting(Finding::fingerprint, Finding::verdict, Finding::count)
          .containsExactly(
              tuple(
                  "%s@client.sys+0x%x".formatted(sin.rule(), ClientModel.SIN_SITE), VIOLATION, 1L));
    }
  }

  private static String trace(long seed, @Nullable Sin sin) {
    return new ClientModel(new Random(seed)).run(40, sin);
  }

  private static JudgeReport judge(String trace) throws Exception {
    return Fixture.judge(Fixture.events(trace), Catalogue.RULES, _ -> {});
  }

  private static String name(long seed, String trace) {
    return "-Dwsktrace.seed=%d%n%s".formatted(seed, trace);
  }
}
