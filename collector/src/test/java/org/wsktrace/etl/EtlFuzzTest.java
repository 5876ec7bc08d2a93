package org.wsktrace.etl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.wsktrace.etl.EtlFile.Truncation;
import org.wsktrace.etl.compress.Compression;
import org.wsktrace.etl.record.EventRecord;

/**
 * Whatever the bytes are, reading ends, with a summary or an {@link EtlException}. A short form
 * runs always; WSKTRACE_LONG=1 in the environment makes it three hundred times as long (over a
 * million inputs), and WSKTRACE_SEED=number repeats a run.
 */
final class EtlFuzzTest {
  private static final int ROUNDS = "1".equals(System.getenv("WSKTRACE_LONG")) ? 300 : 1;
  // Values at which size arithmetic goes wrong.
  private static final int[] EDGES = {
    0,
    1,
    7,
    8,
    71,
    72,
    73,
    79,
    80,
    81,
    0x7F,
    0x80,
    0xFF,
    0x7FFF,
    0x8000,
    0xFFFF,
    0x0400_0000,
    0x7FFF_FFFF,
    0x8000_0000,
    0xFFFF_FFB8,
    0xFFFF_FFFF
  };

  private static final UUID CLASS = UUID.fromString("01234567-89ab-cdef-0123-456789abcdef");

  @TempDir private Path folder;

  @Test
  void mutationsOfASyntheticFile() throws IOException {
    byte[] bytes =
        new EtlWriter()
            .bufferSize(1024)
            .buffer(
                BufferWriter.on(0)
                    .add(EventWriter.at(10).id(1).item(1, new byte[16]).item(11, new byte[5]))
                    .add(EventWriter.system(12, 3, 1).counters(2, false).payload(new byte[9])))
            .buffer(
                BufferWriter.on(1)
                    .add(EventWriter.at(11).type(18).payload(new byte[33]))
                    .add(EventWriter.perfInfo(15, 1, 1).counters(1, true))
                    .add(EventWriter.compact(15, 1, 1))
                    .add(EventWriter.classic(16, CLASS, 2))
                    .add(EventWriter.instance(16, CLASS, 2, 3, 4, CLASS))
                    .add(EventWriter.message(17, CLASS, 5, 0xEB).payload(new byte[3])))
            .buffer(BufferWriter.on(2).windows7().add(EventWriter.at(13)))
            .toBytes();
    fuzz("synthetic", bytes, 4_000 * ROUNDS);
  }

  @ParameterizedTest
  @EnumSource
  void mutationsOfACompressedFile(Compression compression) throws IOException {
    EtlWriter writer = new EtlWriter().bufferSize(500).compressed(compression);
    for (int i = 0; i < 4; i++) {
      writer.buffer(
          BufferWriter.on(i & 1)
              .add(EventWriter.at(10 + i).id(1).item(1, new byte[16]).payload(new byte[90]))
              .add(EventWriter.classic(16 + i, CLASS, 2))
              .add(EventWriter.at(20 - i).id(2).payload(new byte[33])));
    }
    fuzz(compression.name(), writer.toBytes(), 500 * ROUNDS);
  }

  @Test
  void mutationsOfRealFiles() throws IOException {
    for (Corpus.Sample sample : Corpus.samples()) {
      if (sample.number("bytes") <= 64 << 10) {
        fuzz(sample.toString(), Files.readAllBytes(sample.file()), 150 * ROUNDS);
      }
    }
  }

  private void fuzz(String name, byte[] original, int times) {
    Path file = folder.resolve("fuzz.etl");
    Fuzz.run(
        "EtlFuzzTest",
        name,
        times,
        (random, what) -> {
          Files.write(file, mutated(original, random));
          for (Truncation truncation : Truncation.values()) {
            try {
              read(file, truncation);
            } catch (EtlException e) {
              assertThat(e.getMessage())
                  .startsWith(file.toString())
                  .endsWith(".")
                  .doesNotContain("\n");
            } catch (RuntimeException | Error e) {
              throw new AssertionError(what + ", " + truncation, e);
            }
          }
        });
  }

  private static void read(Path file, Truncation truncation) throws IOException {
    try (EtlFile etl = EtlFile.open(file, truncation)) {
      long[] events = new long[1];
      EtlSummary summary =
          etl.read(
              event -> {
                events[0]++;
                touch(event);
              });
      assertThat(summary.events()).isEqualTo(events[0]);
      // An event has 8 bytes at least.
      assertThat(summary.events() + summary.skippedEvents())
          .isLessThanOrEqualTo(etl.uncompressedBytes() / 8);
    }
  }

  /** Reads every field, and the payload from end to end. */
  private static void touch(EventRecord event) {
    event.segment().asSlice(event.payloadOffset(), event.payloadSize());
    assertThat(event.payloadSize()).isBetween(0, 0xFFFF);
    event.provider();
    event.instant();
    event.nanoseconds();
    var ignored = event.id() + event.version() + event.channel() + event.level() + event.opcode();
    ignored += event.task() + event.processId() + event.threadId();
    ignored += event.group() + event.pointerSize() + event.messageFlags();
    ignored += event.instanceId() + event.parentInstanceId();
    assertThat(ignored).isNotEqualTo(Integer.MIN_VALUE);
    event.keyword();
    event.activityId();
    event.parentClass();
    for (int i = 0; i < event.counterCount(); i++) {
      event.counter(i);
    }
    int items = 0;
    for (int item = event.firstItem(); item >= 0; item = event.nextItem(item)) {
      event.itemType(item);
      event.segment().asSlice(event.itemOffset(item), event.itemSize(item));
      assertThat(++items).isLessThan(1 << 13);
    }
    assertThat(event.copy().payloadBytes()).isEqualTo(event.payloadBytes());
  }

  private static byte[] mutated(byte[] original, Random random) {
    byte[] bytes = original.clone();
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int n = 1 + random.nextInt(4); n > 0; n--) {
      // Sizes and flags are at even places, and most of them near the start.
      int at = random.nextInt(random.nextBoolean() ? Math.min(400, bytes.length) : bytes.length);
      int edge = EDGES[random.nextInt(EDGES.length)];
      switch (random.nextInt(5)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt();
        case 2 -> buffer.putShort(Math.min(at & -2, bytes.length - 2), (short) edge);
        case 3 -> buffer.putInt(Math.min(at & -4, bytes.length - 4), edge);
        default -> {
          int from = random.nextInt(bytes.length);
          int length = Math.min(random.nextInt(64), bytes.length - Math.max(at, from));
          System.arraycopy(original, from, bytes, at, length);
        }
      }
    }
    return random.nextInt(8) == 0
        ? java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length + 100))
        : bytes;
  }
}
