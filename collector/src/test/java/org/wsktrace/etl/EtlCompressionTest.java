package org.wsktrace.etl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.wsktrace.etl.EtlFile.Truncation;
import org.wsktrace.etl.compress.Compression;
import org.wsktrace.etl.layout.BufferHeader;
import org.wsktrace.etl.layout.LogfileHeader;

/** Compressed buffers are read as if they were not. */
final class EtlCompressionTest {
  private static final int FIRST = 4096;

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource
  void eventsAreThoseOfTheSameTraceUncompressed(Compression compression) throws IOException {
    Seen plain = Seen.in(write(trace(300)));
    Seen packed = Seen.in(write(trace(300).compressed(compression)));

    assertThat(contents(packed)).hasSize(300).isEqualTo(contents(plain));
    assertThat(packed.summary().complete()).isTrue();
    assertThat(packed.summary().compressedBuffers()).isEqualTo(plain.summary().buffers() - 1);
    assertThat(packed.header().compressed()).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void aFileSaysHowManyBuffersAreCompressedAndHow(Compression compression) throws IOException {
    Path file =
        write(
            new EtlWriter()
                .compressed(compression)
                .buffer(BufferWriter.on(0).add(EventWriter.at(1).payload(new byte[900])))
                .buffer(BufferWriter.on(0).add(EventWriter.at(2).payload(new byte[920]))));

    try (EtlFile etl = EtlFile.open(file)) {
      assertThat(etl.buffers()).isEqualTo(3);
      assertThat(etl.compressedBuffers()).isEqualTo(2);
      assertThat(etl.compression()).contains(compression);
      assertThat(etl.uncompressedBytes())
          .as("the first buffer as it is, the others up to the end of their events")
          .isEqualTo(FIRST + 2 * BufferHeader.BYTES + 984 + 1000);
      assertThat(etl.size()).isLessThan(FIRST + 2 * 700);
    }
  }

  @Test
  void aFileWithoutCompressedBuffersHasNoFormat() throws IOException {
    try (EtlFile etl = EtlFile.open(write(trace(9)))) {
      assertThat(etl.compression()).isEmpty();
      assertThat(etl.uncompressedBytes()).isEqualTo(etl.size());
    }
  }

  @Test
  void oneProcessorHasBuffersOfBothKinds() throws IOException {
    Seen seen =
        read(
            new EtlWriter()
                .buffer(BufferWriter.on(0).add(EventWriter.at(1).id(1)))
                .buffer(xpress(0).add(EventWriter.at(2).id(2)).add(EventWriter.at(3).id(3)))
                .buffer(BufferWriter.on(0).add(EventWriter.at(4).id(4)))
                .buffer(xpress(0).add(EventWriter.at(5).id(5))));

    assertThat(seen.ids()).containsExactly(1, 2, 3, 4, 5);
  }

  @ParameterizedTest
  @EnumSource
  void whereTheFileSaysNonsenseOfTheFormatItIsFound(Compression compression) throws IOException {
    for (int state : new int[] {0, 1, 5, 99, 0x1_0000, -1}) {
      Path file = write(trace(20).compressed(compression).state(state));
      assertThat(Seen.in(file).ids()).as("state %d", state).hasSize(20);
    }
    // Says another one.
    int other = compression == Compression.LZNT1 ? 3 : 2;
    assertThat(read(trace(20).compressed(compression).state(other)).ids()).hasSize(20);
    // Does not say that anything is compressed.
    assertThat(read(trace(20).compressed(compression).mode(1)).ids()).hasSize(20);
  }

  @Test
  void theStateOfAFileThatIsNotCompressedIsNoFormat() throws IOException {
    Seen seen = read(new EtlWriter().state(2).buffer(xpress(0).add(EventWriter.at(1).id(7))));

    assertThat(seen.ids()).containsExactly(7);
  }

  @ParameterizedTest
  @EnumSource
  void aFirstBufferThatDoesNotDecodeSaysNothingOfTheOthers(Compression compression)
      throws IOException {
    byte[] bytes = trace(20).compressed(compression).toBytes();
    Arrays.fill(bytes, FIRST + BufferHeader.BYTES, FIRST + BufferHeader.BYTES + 4, (byte) 0xFF);

    Seen seen = Seen.in(write(bytes));

    assertThat(seen.ids()).hasSize(13).contains(19);
    assertThat(seen.summary().corruptBuffers()).isEqualTo(1);
  }

  @Test
  void eventsOfOneTickComeInTheOrderOfTheFile() throws IOException {
    List<Long> positions = new ArrayList<>();
    List<Integer> ids = new ArrayList<>();
    EtlWriter writer = new EtlWriter().compressed(Compression.XPRESS);
    for (int buffer = 0; buffer < 4; buffer++) {
      // Long when they are uncompressed: in the file the last begins where the first would end.
      writer.buffer(
          BufferWriter.on(3 - buffer)
              .add(EventWriter.at(10).id(2 * buffer).payload(new byte[3000]))
              .add(EventWriter.at(10).id(2 * buffer + 1).payload(new byte[3000])));
    }
    try (EtlFile etl = EtlFile.open(write(writer))) {
      etl.read(
          event -> {
            ids.add(event.id());
            positions.add(event.filePosition());
          });
    }

    assertThat(ids.subList(1, 9)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
    assertThat(positions).isSorted();
    assertThat(positions.get(1)).as("its buffer's").isEqualTo(FIRST).isEqualTo(positions.get(2));
    assertThat(positions.get(3)).isGreaterThan(positions.get(2));
  }

  @ParameterizedTest
  @EnumSource
  void aBufferMayBeMuchLargerThanTheWindow(Compression compression) throws IOException {
    long seed = System.nanoTime();
    System.out.println("EtlCompressionTest " + compression + " seed " + seed);
    Random random = new Random(seed);
    BufferWriter plain = BufferWriter.on(0);
    BufferWriter packed = BufferWriter.on(0);
    for (int i = 0; i < 150; i++) {
      byte[] payload = new byte[random.nextInt(1 << (4 + random.nextInt(13))) & 0xFF00];
      // Some of it repeats, and some types are passed over.
      random.nextBytes(payload);
      Arrays.fill(payload, payload.length / 3, payload.length, (byte) i);
      EventWriter event =
          random.nextInt(9) == 0
              ? EventWriter.at(i).type(13).payload(payload)
              : EventWriter.at(i).id(i).payload(payload);
      plain.add(event);
      packed.add(event);
    }

    Seen seen = read(new EtlWriter().compressed(compression).buffer(packed));

    assertThat(contents(seen))
        .as("seed %d", seed)
        .isEqualTo(contents(read(new EtlWriter().buffer(plain))));
    assertThat(seen.summary().complete()).isTrue();
    assertThat(seen.summary().events() + seen.summary().skippedEvents()).isEqualTo(151);
  }

  @ParameterizedTest
  @EnumSource
  void whatDecodesOfABrokenBufferIsRead(Compression compression) throws IOException {
    // Each payload is new, so that a third of the bytes has a third of the events.
    Random random = new Random(6);
    BufferWriter broken = BufferWriter.on(0);
    for (int i = 1; i <= 9; i++) {
      byte[] payload = new byte[5000];
      random.nextBytes(payload);
      broken.add(EventWriter.at(i).id(i).payload(payload));
    }
    EtlWriter writer =
        new EtlWriter()
            .compressed(compression)
            .buffer(broken)
            .buffer(BufferWriter.on(0).add(EventWriter.at(20).id(20)))
            .buffer(BufferWriter.on(1).add(EventWriter.at(5).id(30)));
    byte[] bytes = writer.toBytes();
    // The buffer says that it ends after a third of its bytes, and the next ones follow there.
    int size = size(bytes, FIRST);
    int third = size / 3;
    var cut = new ByteArrayOutputStream();
    cut.write(bytes, 0, FIRST + third);
    cut.write(bytes, FIRST + size, bytes.length - FIRST - size);
    byte[] result = cut.toByteArray();
    setSize(result, FIRST, third);

    Seen seen = Seen.in(write(result));

    assertThat(seen.ids()).startsWith(1, 2).contains(20, 30).doesNotContain(4, 5, 6, 7, 8, 9);
    assertThat(seen.summary().corruptBuffers()).isEqualTo(1);
    assertThat(seen.summary().complete()).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void aFileCutAtAnyByteGivesTheEventsBeforeThat(Compression compression) throws IOException {
    byte[] bytes =
        new EtlWriter()
            .bufferSize(400)
            .compressed(compression)
            .buffer(BufferWriter.on(0).add(EventWriter.at(1).id(1)).add(EventWriter.at(2).id(2)))
            .buffer(BufferWriter.on(0).add(EventWriter.at(3).id(3)).add(EventWriter.at(4).id(4)))
            .toBytes();
    int last = 0;
    for (int size = 440; size < bytes.length; size++) {
      Path file = write(Arrays.copyOf(bytes, size));
      assertThatThrownBy(() -> EtlFile.open(file)).isInstanceOf(EtlException.class);
      Seen seen = Seen.in(file, Truncation.TOLERATE);

      List<Integer> ids = seen.ids();
      assertThat(ids).as("cut to %d", size).isEqualTo(List.of(1, 2, 3, 4).subList(0, ids.size()));
      assertThat(ids).as("cut to %d", size).hasSizeGreaterThanOrEqualTo(last);
      assertThat(seen.summary().corruptBuffers()).as("cut to %d", size).isZero();
      assertThat(seen.summary().complete()).isFalse();
      last = ids.size();
    }
    assertThat(last).as("of a cut buffer too").isGreaterThan(2);
  }

  @Test
  void aBufferThatSaysAWrongSizeCostsNoOther() throws IOException {
    byte[] bytes = trace(40).compressed(Compression.XPRESS).toBytes();
    int second = FIRST + size(bytes, FIRST);
    for (int size : new int[] {80, 200, size(bytes, second) + 8, bytes.length - second - 30}) {
      byte[] broken = bytes.clone();
      setSize(broken, second, size);

      Seen seen = Seen.in(write(broken), Truncation.TOLERATE);

      // Seven events a buffer.
      assertThat(seen.ids()).as("size %d", size).contains(0, 6, 14, 15, 39);
      assertThat(seen.summary().complete()).isFalse();
    }
  }

  @Test
  void aBufferThatSaysItIsTooLargeUncompressedIsLeftOut() throws IOException {
    for (int offset : new int[] {0, 71, BufferIndex.MAX_BUFFER_BYTES + 1, -2}) {
      Seen seen =
          read(
              new EtlWriter()
                  .compressed(Compression.XPRESS)
                  .buffer(BufferWriter.on(0).add(EventWriter.at(1).id(1)).offset(offset))
                  .buffer(BufferWriter.on(0).add(EventWriter.at(2).id(2))));

      assertThat(seen.ids()).as("offset %d", offset).containsExactly(2);
      assertThat(seen.summary().corruptBuffers()).isEqualTo(1);
    }
  }

  @Test
  void aBufferThatHasLessThanItSaysIsRead() throws IOException {
    Seen seen =
        read(
            new EtlWriter()
                .compressed(Compression.XPRESS)
                .buffer(BufferWriter.on(0).add(EventWriter.at(1).id(1)).offset(64 << 20))
                .buffer(BufferWriter.on(0).add(EventWriter.at(2).id(2))));

    assertThat(seen.ids()).containsExactly(1, 2);
    assertThat(seen.summary().corruptBuffers()).isEqualTo(1);
  }

  @Test
  void aTraceThatWasAppendedHasItsOwnFormat() throws IOException {
    var both = new ByteArrayOutputStream();
    both.writeBytes(trace(20).buffersWritten(0).compressed(Compression.LZNT1).toBytes());
    both.writeBytes(trace(20).buffersWritten(0).compressed(Compression.XPRESS_HUFF).toBytes());

    Seen seen = Seen.in(write(both.toByteArray()));

    assertThat(seen.events()).hasSize(42);
    assertThat(seen.summary().corruptBuffers()).isZero();
  }

  @Test
  void compressedByModeOnlyIsNotCompressed() throws IOException {
    Seen seen = read(trace(20).mode(LogfileHeader.MODE_COMPRESSED));

    assertThat(seen.ids()).hasSize(20);
    assertThat(seen.summary().compressedBuffers()).isZero();
  }

  /** Of all events but the one that describes the trace. */
  private static List<String> contents(Seen seen) {
    return seen.events().stream()
        .skip(1)
        .map(e -> e.type() + " " + e.id() + " " + e.nanoseconds() + " " + e.payload())
        .toList();
  }

  private static BufferWriter xpress(int processor) {
    return BufferWriter.on(processor).compressed(Compression.XPRESS);
  }

  /** Events with ids from 0, seven a buffer, on three processors. */
  private static EtlWriter trace(int events) {
    EtlWriter writer = new EtlWriter();
    BufferWriter buffer = BufferWriter.on(0);
    for (int i = 0; i < events; i++) {
      buffer.add(
          EventWriter.at(10L * i)
              .id(i)
              .payload(("event number " + i).getBytes(StandardCharsets.US_ASCII)));
      if (i % 7 == 6) {
        writer.buffer(buffer);
        buffer = BufferWriter.on(i % 3);
      }
    }
    return writer.buffer(buffer);
  }

  private static int size(byte[] bytes, int buffer) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(buffer);
  }

  private static void setSize(byte[] bytes, int buffer, int size) {
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(buffer, size);
  }

  private Seen read(EtlWriter writer) throws IOException {
    return Seen.in(write(writer));
  }

  private Path write(EtlWriter writer) throws IOException {
    return writer.write(folder.resolve("test.etl"));
  }

  private Path write(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("test.etl"), bytes);
  }
}
