package org.wsktrace.recorder.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class MagicSearchTest {
  private static final String MAGIC = "WSKTRING";

  @Test
  void itIsFoundWhereASlowSearchFindsIt() {
    long seed = System.nanoTime();
    System.out.println("MagicSearchTest seed " + seed);
    var random = new Random(seed);
    for (int round = 0; round < 20_000; round++) {
      String text = text(random);
      byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
      int from = random.nextInt(bytes.length + 1);
      int to = from + random.nextInt(bytes.length - from + 1);
      int expected = text.substring(0, to).indexOf(MAGIC, from);

      assertThat(MagicSearch.find(bytes, from, to))
          .as("seed %d, round %d: %s from %d to %d", seed, round, text, from, to)
          .isEqualTo(expected);
    }
  }

  /** Pieces of the magic, whole or not, between letters of it. */
  private static String text(Random random) {
    var text = new StringBuilder();
    for (int piece = random.nextInt(8); piece >= 0; piece--) {
      int first = random.nextBoolean() ? 0 : random.nextInt(MAGIC.length());
      int last = random.nextBoolean() ? MAGIC.length() : random.nextInt(first, MAGIC.length() + 1);
      text.append(MAGIC, first, last);
      text.append("WSKTRING.".charAt(random.nextInt(9)));
    }
    return text.toString();
  }
}
