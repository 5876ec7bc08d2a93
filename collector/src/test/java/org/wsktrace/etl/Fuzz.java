package org.wsktrace.etl;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.time.Duration;
import java.util.Random;

/** What the random tests have in common: a seed that is said, and an end to what hangs. */
public final class Fuzz {
  private static final int AT_ONCE = 1000;
  // Against a hang, not for speed: so many take a second or two.
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private Fuzz() {}

  /** One input made and read. */
  @FunctionalInterface
  public interface Mutation {
    /**
     * @param what which one it is, for the message of a failure
     */
    void read(Random random, String what) throws IOException;
  }

  /** WSKTRACE_SEED of the environment, or a new one; printed. */
  public static long seed(String test) {
    String given = System.getenv("WSKTRACE_SEED");
    long seed = given == null ? System.nanoTime() : Long.parseLong(given);
    System.out.println(test + " seed " + seed);
    return seed;
  }

  /** So many mutations of one input, in portions that must end. */
  public static void run(String test, String name, int times, Mutation mutation) {
    long seed = seed(test + " " + name);
    var random = new Random(seed);
    for (int i = 0; i < times; i += AT_ONCE) {
      int first = i;
      assertTimeoutPreemptively(
          PATIENCE,
          () -> {
            for (int n = first; n < Math.min(first + AT_ONCE, times); n++) {
              mutation.read(random, "%s, seed %d, mutation %d".formatted(name, seed, n));
            }
          },
          () -> "%s, seed %d, hangs at one of the mutations from %d".formatted(name, seed, first));
    }
  }
}
