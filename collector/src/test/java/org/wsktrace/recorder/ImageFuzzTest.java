package org.wsktrace.recorder;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wsktrace.etl.Fuzz;
import org.wsktrace.etl.record.EventRecord;

/**
 * Whatever the bytes are, an image is searched and read to its end, or refused in a sentence. Most
 * headers get the right check sum after they were broken, or nothing behind it would ever be tried.
 * A short form runs always; WSKTRACE_LONG=1 in the environment makes it over a million inputs, and
 * WSKTRACE_SEED=number repeats a run.
 */
final class ImageFuzzTest {
  private static final int TIMES = "1".equals(System.getenv("WSKTRACE_LONG")) ? 350_000 : 1_000;
  private static final int PAGE = RingImage.PAGE;
  private static final int SHORTEST_RECORD = 16 + 80;
  // Values at which arithmetic goes wrong.
  private static final int[] EDGES = {
    0,
    1,
    8,
    15,
    16,
    17,
    63,
    64,
    65,
    79,
    80,
    81,
    0xFFF,
    0x1000,
    0x1001,
    0x7FFF,
    0xFFFF,
    0x7FFF_FFF0,
    0x7FFF_FFFF,
    0x8000_0000,
    0x8000_0010,
    0xFFFF_FFF0,
    0xFFFF_FFFF
  };

  @TempDir private Path folder;

  @Test
  void mutationsOfPagesWhoseRecordsHaveCheckSums() {
    fuzz("with check sums", filled(RingImage.started(1L << 56)).toBytes());
  }

  @Test
  void mutationsOfPagesWhoseRecordsHaveNone() {
    fuzz("without", filled(RingImage.started(1L << 56).withoutRecordCrc()).toBytes());
  }

  @Test
  void mutationsOfPagesThatOverlap() {
    byte[] bytes = filled(RingImage.started(1L << 56)).toBytes();
    // Whole headers in the middle of pages.
    for (int at = 200; at + 64 < bytes.length; at += 1000) {
      System.arraycopy(bytes, at / PAGE * PAGE, bytes, at, 64);
    }
    fuzz("overlapping", bytes);
  }

  private static RingImage filled(RingImage image) {
    for (long seq = 1; seq <= 40; seq++) {
      image.number((int) (seq % 3), seq, (int) (seq * 53 % 500));
    }
    return image;
  }

  private void fuzz(String name, byte[] original) {
    Path file = folder.resolve("fuzz.dmp");
    Fuzz.run(
        "ImageFuzzTest",
        name,
        TIMES,
        (random, what) -> {
          byte[] bytes = mutated(original, random);
          Files.write(file, bytes);
          try {
            read(file, bytes.length);
          } catch (ImageException e) {
            assertThat(e.getMessage()).startsWith(file.toString()).doesNotContain("\n");
          } catch (RuntimeException | Error e) {
            throw new AssertionError(what, e);
          }
        });
  }

  private static void read(Path file, long size) throws IOException {
    try (MemoryImage image = MemoryImage.open(file)) {
      Survey survey = image.survey((_, _) -> true);
      long all = survey.captures().stream().mapToLong(Capture::records).sum();
      assertThat(all).isLessThanOrEqualTo(size / SHORTEST_RECORD);
      image.newest(survey);
      for (Capture capture : survey.captures()) {
        RecordCursor records = image.records(capture);
        long read = 0;
        while (records.next()) {
          read++;
          touch(records.event(), size);
        }
        assertThat(read).isEqualTo(capture.records());
        assertThat(records.damagedAtEnd()).isLessThanOrEqualTo(capture.damagedRecords());
      }
    }
  }

  /** Reads all of it; assertions in words would take most of the time. */
  private static void touch(EventRecord event, long size) {
    event.segment().asSlice(event.payloadOffset(), event.payloadSize());
    if (event.payloadSize() < 8
        || event.payloadSize() > PAGE
        || event.filePosition() < 64
        || event.filePosition() >= size) {
      throw new AssertionError(
          "%d bytes at %d".formatted(event.payloadSize(), event.filePosition()));
    }
    event.instant();
    event.nanoseconds();
    event.copy();
  }

  private static byte[] mutated(byte[] original, Random random) {
    byte[] bytes = original.clone();
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int n = 1 + random.nextInt(4); n > 0; n--) {
      int at = random.nextInt(bytes.length);
      if (random.nextBoolean()) {
        // Into a header, or into the first frames.
        at = at / PAGE * PAGE + random.nextInt(300);
      }
      int edge = EDGES[random.nextInt(EDGES.length)];
      switch (random.nextInt(5)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt();
        case 2 -> buffer.putShort(Math.min(at & -2, bytes.length - 2), (short) edge);
        case 3 -> buffer.putInt(Math.min(at & -4, bytes.length - 4), edge);
        default -> {
          int from = random.nextInt(bytes.length);
          int length = Math.min(random.nextInt(5000), bytes.length - Math.max(at, from));
          System.arraycopy(original, from, bytes, at, length);
        }
      }
    }
    if (random.nextInt(4) != 0) {
      repairHeaders(bytes);
    }
    return random.nextInt(8) == 0
        ? Arrays.copyOf(bytes, random.nextInt(bytes.length + 100))
        : bytes;
  }

  private static void repairHeaders(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at + PAGE <= bytes.length; at += PAGE) {
      buffer.putInt(at + 60, 0);
      var crc = new CRC32C();
      crc.update(bytes, at, 64);
      buffer.putInt(at + 60, (int) crc.getValue());
    }
  }
}
