package org.wsktrace.etl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wsktrace.etl.layout.LogfileHeader;

/** Events come by time, whatever processor and buffer they are in. */
final class EtlOrderTest {
  @TempDir private Path folder;

  @Test
  void processorsAreMergedByTime() throws IOException {
    Seen seen =
        read(
            new EtlWriter()
                .buffer(
                    BufferWriter.on(0).add(EventWriter.at(10).id(1)).add(EventWriter.at(40).id(4)))
                .buffer(
                    BufferWriter.on(3).add(EventWriter.at(20).id(2)).add(EventWriter.at(30).id(3)))
                .buffer(BufferWriter.on(0).add(EventWriter.at(60).id(6)))
                .buffer(BufferWriter.on(3).add(EventWriter.at(50).id(5))));

    assertThat(seen.ids()).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(seen.processors()).containsExactly(0, 3, 3, 0, 3, 0);
    assertThat(seen.summary().outOfOrder()).isZero();
  }

  @Test
  void eventsOfOneTickComeInTheOrderOfTheFile() throws IOException {
    Seen seen =
        read(
            new EtlWriter()
                .buffer(
                    BufferWriter.on(2).add(EventWriter.at(10).id(1)).add(EventWriter.at(10).id(2)))
                .buffer(
                    BufferWriter.on(0).add(EventWriter.at(10).id(3)).add(EventWriter.at(10).id(4)))
                .buffer(BufferWriter.on(2).add(EventWriter.at(10).id(5)))
                .buffer(BufferWriter.on(1).add(EventWriter.at(10).id(6))));

    assertThat(seen.ids()).containsExactly(1, 2, 3, 4, 5, 6);
  }

  @Test
  void aCircularFileThatBeganAnewIsReadFromItsOldestBuffer() throws IOException {
    Seen seen =
        read(
            new EtlWriter()
                .mode(LogfileHeader.MODE_CIRCULAR)
                .buffersWritten(90)
                .buffer(BufferWriter.on(0).sequence(89).add(EventWriter.at(500).id(5)))
                .buffer(BufferWriter.on(0).sequence(86).add(EventWriter.at(100).id(1)))
                .buffer(BufferWriter.on(1).sequence(87).add(EventWriter.at(200).id(2)))
                .buffer(BufferWriter.on(0).sequence(88).add(EventWriter.at(300).id(3))));

    assertThat(seen.ids()).containsExactly(1, 2, 3, 5);
    assertThat(seen.summary().complete()).isTrue();
  }

  @Test
  void windows7HasTheProcessorInAByteBelowTheAlignment() throws IOException {
    Seen seen =
        read(
            new EtlWriter()
                .buffer(BufferWriter.on(5).windows7().add(EventWriter.at(10).id(1)))
                .buffer(BufferWriter.on(0x7FF).add(EventWriter.at(20).id(2))));

    assertThat(seen.processors()).containsExactly(5, 0x7FF);
  }

  @Test
  void timeThatGoesBackWithinAProcessorIsCounted() throws IOException {
    Seen seen =
        read(
            new EtlWriter()
                .buffer(
                    BufferWriter.on(0)
                        .add(EventWriter.at(10).id(1))
                        .add(EventWriter.at(30).id(2))
                        .add(EventWriter.at(20).id(3))));

    assertThat(seen.ids()).containsExactly(1, 2, 3);
    assertThat(seen.summary().outOfOrder()).isEqualTo(1);
  }

  @Test
  void anyTraceComesOutAsSortingWouldHaveIt() throws IOException {
    long seed = System.nanoTime();
    System.out.println("EtlOrderTest seed " + seed);
    Random random = new Random(seed);
    // Per processor rising times, cut into buffers; the buffers of all processors shuffled, but
    // each processor's in order.
    int processors = 1 + random.nextInt(9);
    List<List<BufferWriter>> lists = new ArrayList<>();
    List<Long> times = new ArrayList<>();
    for (int p = 0; p < processors; p++) {
      List<BufferWriter> list = new ArrayList<>();
      long time = 0;
      for (int b = random.nextInt(6); b > 0; b--) {
        BufferWriter buffer = BufferWriter.on(p);
        for (int e = random.nextInt(40); e > 0; e--) {
          time += random.nextInt(5);
          times.add(time);
          buffer.add(EventWriter.at(time).payload(new byte[random.nextInt(200)]));
        }
        list.add(buffer);
      }
      lists.add(list);
    }
    EtlWriter writer = new EtlWriter().bufferSize(512);
    while (!lists.isEmpty()) {
      List<BufferWriter> list = lists.get(random.nextInt(lists.size()));
      if (list.isEmpty()) {
        lists.remove(list);
      } else {
        writer.buffer(list.removeFirst());
      }
    }

    Seen seen = read(writer);

    Collections.sort(times);
    assertThat(seen.events().stream().skip(1).map(event -> event.nanoseconds() / 100))
        .as("seed %d", seed)
        .containsExactlyElementsOf(times);
    assertThat(seen.summary().outOfOrder()).isZero();
  }

  private Seen read(EtlWriter writer) throws IOException {
    return Seen.in(writer.write(folder.resolve("test.etl")));
  }

  @Test
  void aTraceThatWasAppendedHasItsOwnClockAndComesBehind() throws IOException {
    byte[] first =
        new EtlWriter()
            .clock(1, 10_000_000)
            .startTicks(5_000)
            .buffer(BufferWriter.on(0).add(EventWriter.at(5_010).id(1)))
            .toBytes();
    byte[] second =
        new EtlWriter()
            .clock(1, 1_000_000)
            .startTicks(100)
            .startTime(EtlWriter.START + 10_000_000)
            .buffer(BufferWriter.on(0).add(EventWriter.at(107).id(2)))
            .buffer(BufferWriter.on(1).add(EventWriter.at(103).id(3)))
            .toBytes();
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    Path file = Files.write(folder.resolve("test.etl"), both);

    Seen seen = Seen.in(file);

    assertThat(seen.ids()).containsExactly(1, 0, 3, 2);
    assertThat(seen.events())
        .extracting(Seen.Event::nanoseconds)
        .containsExactly(0L, 1_000L, 1_000_000_000L, 1_000_003_000L, 1_000_007_000L);
    assertThat(seen.events().getLast().copy().instant()).hasToString("2026-01-01T00:00:01.000007Z");
    assertThat(seen.summary().outOfOrder()).isZero();
    try (EtlFile etl = EtlFile.open(file)) {
      assertThat(etl.headers()).hasSize(2);
    }
  }
}
