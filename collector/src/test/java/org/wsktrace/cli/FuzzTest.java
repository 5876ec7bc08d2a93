package org.wsktrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wsktrace.etl.BufferWriter;
import org.wsktrace.etl.EtlWriter;
import org.wsktrace.recorder.RingImage;
import org.wsktrace.source.TextToEtl;

/** Files with broken bytes: an answer or one line, never a mistake of the program. */
final class FuzzTest {
  private static final int ROUNDS = "1".equals(System.getenv("WSKTRACE_LONG")) ? 20_000 : 300;
  private static final Duration LIMIT = Duration.ofMinutes(10);

  /** All that read a trace; the first three read a crash dump too, the first two a session. */
  private static final List<String[]> READERS =
      List.of(
          new String[] {"check", "--stacktrace"},
          new String[] {"info", "--stacktrace", "--partial", "--format", "json"},
          new String[] {"events", "--stacktrace", "--partial", "--format", "json"},
          new String[] {"events", "--stacktrace", "--raw"});

  private static final List<String[]> SESSION_READERS =
      List.of(
          READERS.get(0),
          READERS.get(1),
          new String[] {"check", "--stacktrace", "--format", "sarif"},
          new String[] {"check", "--stacktrace", "--format", "junit"});

  @TempDir private Path folder;

  @Test
  void aBrokenTrace() throws IOException {
    BufferWriter buffer = TextToEtl.buffer(Samples.mdlFreed());
    survives(
        "a.etl",
        new EtlWriter().bufferSize(1 << 13).buffer(buffer).toBytes(),
        0x48 + 0x140,
        READERS);
  }

  @Test
  void aBrokenCrashDump() throws IOException {
    byte[] dump = RingImage.started(1L << 56).trace(Samples.mdlFreed()).toDump();
    survives("a.dmp", dump, 3 * RingImage.PAGE, READERS.subList(0, 3));
  }

  @Test
  void aBrokenSession() throws IOException {
    Path trace = TextToEtl.file(Samples.mdlFreed()).write(folder.resolve("good.etl"));
    Path session = folder.resolve("good.wskdb");
    assertThat(Run.of("import", trace, "-o", session).status()).isZero();

    survives("a.wskdb", Files.readAllBytes(session), 0, SESSION_READERS);
  }

  /**
   * @param from where the bytes begin that are broken in most rounds
   */
  private void survives(String name, byte[] whole, int from, List<String[]> commands) {
    long seed = Long.getLong("wsktrace.seed", System.nanoTime());
    System.out.println("FuzzTest: -Dwsktrace.seed=" + seed);
    var random = new Random(seed);
    Path file = folder.resolve(name);
    Assertions.assertTimeoutPreemptively(
        LIMIT,
        () -> {
          for (int round = 0; round < ROUNDS; round++) {
            Files.write(file, broken(whole, random.nextInt(4) == 0 ? 0 : from, random));
            for (String[] command : commands) {
              Run run = Run.of(Stream.concat(Stream.of(command), Stream.of(file)).toArray());
              assertThat(run.status())
                  .as("seed %d, round %d, %s: %s", seed, round, List.of(command), run.err())
                  .isIn(ExitStatus.GOOD, ExitStatus.FINDINGS, ExitStatus.FILE);
            }
          }
        });
  }

  private static byte[] broken(byte[] whole, int from, Random random) {
    byte[] bytes = whole.clone();
    for (int i = random.nextInt(20); i >= 0; i--) {
      int at = from + random.nextInt(bytes.length - from);
      switch (random.nextInt(3)) {
        case 0 -> bytes[at] = (byte) random.nextInt();
        case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        default -> bytes[at] = (byte) (random.nextBoolean() ? 0 : 0xFF);
      }
    }
    return bytes;
  }
}
