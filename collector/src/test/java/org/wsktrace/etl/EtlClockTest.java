package org.wsktrace.etl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wsktrace.etl.layout.LogfileHeader;
import org.wsktrace.etl.record.EtlClock;
import org.wsktrace.etl.record.EtlClock.Kind;

/** Ticks become time, exactly and for any distance. */
final class EtlClockTest {
  @TempDir private Path folder;

  @Test
  void performanceCounterOfAnOldMachine() throws IOException {
    EtlClock clock = clock(new EtlWriter().clock(LogfileHeader.CLOCK_QPC, 2_240_000));

    assertThat(clock.kind()).isEqualTo(Kind.QPC);
    assertThat(clock.nanoseconds(1000 + 2_240_000)).isEqualTo(1_000_000_000);
    assertThat(clock.nanoseconds(1000 + 1)).isEqualTo(446);
    assertThat(clock.nanoseconds(1000 - 2_240_000)).isEqualTo(-1_000_000_000);
    assertThat(clock.instant(1000 + 3_360_000)).hasToString("2026-01-01T00:00:01.500Z");
  }

  @Test
  void systemTime() throws IOException {
    EtlClock clock = clock(new EtlWriter().clock(LogfileHeader.CLOCK_SYSTEM_TIME, 3));

    assertThat(clock.kind()).isEqualTo(Kind.SYSTEM_TIME);
    assertThat(clock.nanoseconds(EtlWriter.START + 7)).isEqualTo(700);
    assertThat(clock.fileTime(EtlWriter.START + 7)).isEqualTo(EtlWriter.START + 7);
  }

  @Test
  void processorCycles() throws IOException {
    EtlClock clock =
        clock(new EtlWriter().clock(LogfileHeader.CLOCK_CPU_CYCLES, 10_000_000).cpuMegahertz(3000));

    assertThat(clock.kind()).isEqualTo(Kind.CPU_CYCLES);
    assertThat(clock.nanoseconds(1000 + 3)).isEqualTo(1);
    assertThat(clock.fileTime(1000 + 3_000_000_000L)).isEqualTo(EtlWriter.START + 10_000_000);
  }

  @Test
  void aMonthOfCyclesDoesNotOverflow() {
    var clock = new EtlClock(Kind.CPU_CYCLES, 0, EtlWriter.START, 3_000_000_000L);

    assertThat(clock.nanoseconds(30 * 86_400 * 3_000_000_000L))
        .isEqualTo(30 * 86_400 * 1_000_000_000L);
  }

  @Test
  void timesThatNoLongCanHoldAreTheNearestThatOneCan() {
    var clock = new EtlClock(Kind.QPC, -5, Long.MAX_VALUE - 5, 1);

    assertThat(clock.nanoseconds(Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
    assertThat(clock.nanoseconds(Long.MIN_VALUE)).isEqualTo(Long.MIN_VALUE);
    assertThat(clock.fileTime(Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
    assertThat(clock.instant(Long.MAX_VALUE)).hasToString("+30828-09-14T02:48:05.477580700Z");
  }

  @Test
  void agreesWithArithmeticOfAnyPrecision() {
    long seed = System.nanoTime();
    System.out.println("EtlClockTest seed " + seed);
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      long frequency = 1 + (random.nextLong() >>> 1) % EtlClock.MAX_FREQUENCY;
      long start = random.nextLong() >> random.nextInt(64);
      long ticks = random.nextLong() >> random.nextInt(64);
      BigInteger exact =
          floorDivide(
              BigInteger.valueOf(ticks)
                  .subtract(BigInteger.valueOf(start))
                  .multiply(BigInteger.valueOf(1_000_000_000)),
              BigInteger.valueOf(frequency));
      BigInteger distance = BigInteger.valueOf(ticks).subtract(BigInteger.valueOf(start));
      if (exact.bitLength() < 64 && distance.bitLength() < 64) {
        assertThat(new EtlClock(Kind.QPC, start, 0, frequency).nanoseconds(ticks))
            .as("seed %d: start %d, ticks %d, frequency %d", seed, start, ticks, frequency)
            .isEqualTo(exact.longValueExact());
      }
    }
  }

  @Test
  void theDefaultClockIsTheOneThatTheFirstEventHas() throws IOException {
    EtlWriter byCounter = new EtlWriter().clock(LogfileHeader.CLOCK_DEFAULT, 10_000_000);
    EtlWriter bySystemTime = new EtlWriter().clock(LogfileHeader.CLOCK_DEFAULT, 10_000_000);

    assertThat(clock(byCounter, 1000).kind()).isEqualTo(Kind.QPC);
    assertThat(clock(bySystemTime, EtlWriter.START).kind()).isEqualTo(Kind.SYSTEM_TIME);
  }

  @Test
  void anImpossibleFrequencyIsRefused() {
    assertThatThrownBy(() -> clock(new EtlWriter().clock(LogfileHeader.CLOCK_QPC, 0)))
        .isInstanceOf(EtlException.NotEtl.class)
        .hasMessageContaining("its clock has the impossible frequency 0");
    assertThatThrownBy(
            () -> clock(new EtlWriter().clock(LogfileHeader.CLOCK_CPU_CYCLES, 1).cpuMegahertz(-1)))
        .isInstanceOf(EtlException.NotEtl.class)
        .hasMessageContaining("its clock has the impossible frequency 4294967295000000");
    assertThatThrownBy(() -> clock(new EtlWriter().clock(9, 1)))
        .isInstanceOf(EtlException.NotEtl.class)
        .hasMessageContaining("its clock is of the unknown type 9");
  }

  private static BigInteger floorDivide(BigInteger a, BigInteger b) {
    BigInteger[] parts = a.divideAndRemainder(b);
    return parts[1].signum() < 0 ? parts[0].subtract(BigInteger.ONE) : parts[0];
  }

  /** The clock of a file that starts at tick 1000. */
  private EtlClock clock(EtlWriter writer) throws IOException {
    return clock(writer, 1000);
  }

  private EtlClock clock(EtlWriter writer, long startTicks) throws IOException {
    Path file =
        writer
            .startTicks(startTicks)
            .buffer(BufferWriter.on(0).add(EventWriter.at(2000)))
            .write(folder.resolve("test.etl"));
    try (EtlFile etl = EtlFile.open(file)) {
      return etl.header().clock();
    }
  }
}
