package org.wsktrace.recorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wsktrace.etl.record.EventRecord;
import org.wsktrace.source.TextToEtl;

final class MemoryImageTest {
  private static final long START = 0x01DC_5AC0_0000_0000L;
  private static final int WINDOW = 256 << 10;
  private static final int PAGE = RingImage.PAGE;
  private static final int FIRST_FRAME = 64;

  @TempDir private Path folder;

  @Test
  void theRecordsOfAllProcessorsComeInTheOrderOfTheirNumbers() throws IOException {
    RingImage image = RingImage.started(START);
    for (long seq = 1; seq <= 300; seq++) {
      image.number((int) (seq * 7 % 4), seq);
    }

    Found found = found(image.toBytes());

    assertThat(found.seqs).isEqualTo(to(300));
    assertThat(found.capture.processors()).isEqualTo(4);
    assertThat(found.capture.records()).isEqualTo(300);
    assertThat(found.capture.damagedRecords() + found.capture.damagedPages()).isZero();
  }

  @Test
  void aRecordIsAnEventWithItsTimeItsProcessorAndItsPlaceInTheFile() throws IOException {
    byte[] page = RingImage.started(START).number(3, 5).toBytes();
    Path file = write(new byte[11], page);

    try (MemoryImage image = MemoryImage.open(file)) {
      RecordCursor records = image.records(image.newest(image.survey((_, _) -> true)));
      assertThat(records.next()).isTrue();
      EventRecord event = records.event();
      assertThat(event.id()).isEqualTo(42);
      assertThat(event.nanoseconds()).isEqualTo(5000);
      assertThat(event.fileTime()).isEqualTo(START + 50);
      assertThat(event.processor()).isEqualTo(3);
      assertThat(event.threadId()).isEqualTo(76);
      assertThat(event.payloadSize()).isEqualTo(64);
      assertThat(event.filePosition()).isEqualTo(11 + 64 + 16);
      assertThat(records.next()).isFalse();
      assertThat(records.next()).isFalse();
    }
  }

  @Test
  void aRecordOfAMachineOf32BitsSaysSo() throws IOException {
    byte[] payload = new byte[64];
    payload[0] = 1;
    byte[] page =
        RingImage.started(START).add(0, TextToEtl.ours(1000, 42, payload).type(18)).toBytes();

    try (MemoryImage image = MemoryImage.open(write(page))) {
      RecordCursor records = image.records(image.newest(image.survey((_, _) -> true)));
      assertThat(records.next()).isTrue();
      assertThat(records.event().pointerSize()).isEqualTo(4);
    }
  }

  @Test
  void pagesAreFoundAtAnyPlaceAndInAnyOrder() throws IOException {
    long seed = System.nanoTime();
    System.out.println("MemoryImageTest seed " + seed);
    var random = new Random(seed);
    List<byte[]> pages = new ArrayList<>(many(500).pages());
    Collections.shuffle(pages, random);
    var image = new ByteArrayOutputStream();
    for (byte[] page : pages) {
      byte[] noise = new byte[random.nextInt(20_000)];
      random.nextBytes(noise);
      image.writeBytes(noise);
      image.writeBytes(page);
    }

    assertThat(found(image.toByteArray()).seqs).as("seed %d", seed).isEqualTo(to(500));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 8, 63, 64, 65, 4095, 4096, 4097})
  void aPageAcrossTheEdgeOfWhatIsReadAtOnceIsFound(int before) throws IOException {
    byte[] page = RingImage.started(START).number(0, 1).toBytes();

    assertThat(found(new byte[WINDOW - before], page, new byte[9000]).seqs).containsExactly(1L);
    assertThat(found(new byte[2 * WINDOW - before], page).seqs).containsExactly(1L);
  }

  @Test
  void aPageThatIsThereTwiceIsReadOnceAndTheCopyWithMoreRecordsWins() throws IOException {
    byte[] early = RingImage.started(START).number(0, 1).toBytes();
    byte[] late = RingImage.started(START).number(0, 1).number(0, 2).toBytes();

    Found found = found(early, late, early);

    assertThat(found.seqs).containsExactly(1L, 2L);
    assertThat(found.capture.pages()).isEqualTo(1);
    assertThat(found.survey.copies()).isEqualTo(2);
    assertThat(found(late, early).seqs).containsExactly(1L, 2L);
  }

  @Test
  void theCopyOfAPageThatIsNotDamagedWins() throws IOException {
    byte[] whole = RingImage.started(START).number(0, 1).number(0, 2).toBytes();
    byte[] damaged = whole.clone();
    damaged[FIRST_FRAME + 100] ^= 1;

    assertThat(found(damaged, whole).capture.damagedRecords()).isZero();
    assertThat(found(whole, damaged).capture.damagedRecords()).isZero();
  }

  @Test
  void aRecordThatWasWrittenOverIsLeftOutAndCounted() throws IOException {
    byte[] page = RingImage.started(START).number(0, 1).number(0, 2).number(0, 3).toBytes();
    page[FIRST_FRAME + frameBytes() + 50] ^= 0x10;

    Found found = found(page);

    assertThat(found.seqs).containsExactly(1L, 3L);
    assertThat(found.capture.damagedRecords()).isEqualTo(1);
    assertThat(found.damagedAtEnd).isZero();
  }

  @Test
  void theRecordsBehindAStampAndALengthThatWereWrittenOverAreFoundByTheirStamps()
      throws IOException {
    byte[] page = RingImage.started(START).number(0, 1).number(0, 2).number(0, 3).toBytes();
    Arrays.fill(page, FIRST_FRAME + 8, FIRST_FRAME + frameBytes() + 20, (byte) 0xAA);

    Found found = found(page);

    assertThat(found.seqs).containsExactly(3L);
    assertThat(found.capture.damagedRecords()).isEqualTo(1);
  }

  @Test
  void whatIsDamagedBehindTheLastRecordOfAProcessorIsSaid() throws IOException {
    RingImage image = RingImage.started(START).number(0, 1).number(0, 3).number(1, 2);
    byte[] bytes = image.toBytes();
    bytes[FIRST_FRAME + frameBytes() + 50] ^= 0x10;

    Found found = found(bytes);

    assertThat(found.seqs).containsExactly(1L, 2L);
    assertThat(found.damagedAtEnd).isEqualTo(1);
  }

  @Test
  void aRecordThatWasBeingWrittenEndsThePageAndIsNoDamage() throws IOException {
    byte[] page = RingImage.started(START).number(0, 1).number(0, 2).toBytes();
    ByteBuffer.wrap(page).putInt(FIRST_FRAME + frameBytes() + 8, 0);

    Found found = found(page);

    assertThat(found.seqs).containsExactly(1L);
    assertThat(found.capture.damagedRecords()).isZero();
  }

  @Test
  void whatIsLeftOfThePageBeforeTheRingWentRoundIsNotRead() throws IOException {
    byte[] old = RingImage.started(START).number(0, 1).number(0, 2).number(0, 3).toBytes();
    byte[] page = RingImage.started(START).from(0x40000).number(0, 9).toBytes();
    System.arraycopy(
        old, FIRST_FRAME + frameBytes(), page, FIRST_FRAME + frameBytes(), 2 * frameBytes());

    assertThat(found(page).seqs).containsExactly(9L);
  }

  @Test
  void withoutCheckSumsOfRecordsTheirStampsAreBelieved() throws IOException {
    byte[] page = RingImage.started(START).withoutRecordCrc().number(0, 1).number(0, 2).toBytes();

    assertThat(found(page).seqs).containsExactly(1L, 2L);
  }

  @Test
  void aPageWhoseHeaderWasWrittenOverIsCountedUnlessThereIsACopyOfIt() throws IOException {
    RingImage image = many(100);
    byte[] bytes = image.toBytes();
    bytes[PAGE + 45] ^= 0x10;

    Found found = found(bytes);

    assertThat(found.capture.damagedPages()).isEqualTo(1);
    assertThat(found.seqs).hasSizeLessThan(100);
    assertThat(found(bytes, image.toBytes()).capture.damagedPages()).isZero();
  }

  @Test
  void olderCapturesAreToldApartAndTheNewestIsRead() throws IOException {
    byte[] older = RingImage.started(START - 5).number(0, 1).number(0, 2).toBytes();
    byte[] newest = RingImage.started(START).from(0x9000).number(1, 1).toBytes();

    Found found = found(older, newest, older);

    assertThat(found.seqs).containsExactly(1L);
    assertThat(found.capture.start().fileTime()).isEqualTo(START);
    assertThat(found.survey.captures()).hasSize(2);
    assertThat(found.survey.captures().getLast().records()).isEqualTo(2);
  }

  @Test
  void aFileThatEndsInAPageIsReadAsFarAsItGoes() throws IOException {
    byte[] page = RingImage.started(START).number(0, 1).number(0, 2).toBytes();

    assertThat(found(Arrays.copyOf(page, FIRST_FRAME + frameBytes() + 30)).seqs)
        .containsExactly(1L);
    assertThat(found(Arrays.copyOf(page, FIRST_FRAME)).seqs).isEmpty();
  }

  @Test
  void theMagicAloneIsNoPage() throws IOException {
    byte[] page = RingImage.started(START).number(0, 1).toBytes();

    Found found = found(Arrays.copyOf(page, 8), new byte[100], Arrays.copyOf(page, 10), page);

    assertThat(found.seqs).containsExactly(1L);
    assertThat(found.capture.damagedPages()).isZero();
  }

  @Test
  void headersThatCannotBeAreNotBelieved() throws IOException {
    byte[] good = RingImage.started(START).number(0, 1).toBytes();
    byte[] noClock = RingImage.started(START).frequency(0).number(0, 2).toBytes();
    byte[] tooMany = RingImage.started(START).processors(0xFFFF).number(0, 3).toBytes();
    byte[] beyond = RingImage.started(START).number(4, 4).toBytes();
    byte[] odd = RingImage.started(START).from(0x1008).number(1, 5).toBytes();
    byte[] below = RingImage.started(START).from(-PAGE).number(2, 6).toBytes();

    Found found = found(good, noClock, tooMany, beyond, odd, below);

    assertThat(found.seqs).containsExactly(1L);
    // The first two are at the place of the good one.
    assertThat(found.capture.damagedPages()).isEqualTo(3);
  }

  @Test
  void pagesOfAnotherLayoutAreRefusedByName() throws IOException {
    byte[] other = RingImage.started(START).layout(7).number(0, 1).toBytes();

    assertThatThrownBy(() -> found(other))
        .isInstanceOf(ImageException.UnknownLayout.class)
        .hasMessageEndingWith(
            "another version of the capture driver wrote the flight recorder in it (layout 7; this"
                + " wsktrace reads layout 1); use the wsktrace of that version");

    byte[] ours = RingImage.started(START).number(0, 1).toBytes();
    assertThat(found(other, ours).survey.otherLayouts()).containsExactly(7);
  }

  @Test
  void moreThanAnyMachineHasIsRefused() throws IOException {
    Path file = write(many(200).toBytes());

    try (MemoryImage image = MemoryImage.open(file, 3)) {
      assertThatThrownBy(() -> image.survey((_, _) -> true))
          .isInstanceOf(ImageException.TooMuch.class)
          .hasMessageContaining("more than 3 pages");
    }
  }

  @Test
  void aFileThatBecomesShorterWhileItIsReadIsRefused() throws IOException {
    Path file = write(new byte[1000], many(10).toBytes());

    try (MemoryImage image = MemoryImage.open(file)) {
      Capture capture = image.newest(image.survey((_, _) -> true));
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.truncate(500);
      }
      assertThatThrownBy(() -> image.records(capture)).isInstanceOf(ImageException.Changed.class);
      assertThatThrownBy(() -> image.survey((_, _) -> true))
          .isInstanceOf(ImageException.Changed.class);
    }
  }

  @Test
  void theSearchEndsWhereTheProgressSaysNo() throws IOException {
    Path file = write(new byte[3 * WINDOW], many(10).toBytes());

    try (MemoryImage image = MemoryImage.open(file)) {
      assertThat(image.survey((done, total) -> done < total / 2).captures()).isEmpty();
    }
  }

  private static RingImage many(int count) {
    RingImage image = RingImage.started(START);
    for (long seq = 1; seq <= count; seq++) {
      image.number((int) (seq % 4), seq, (int) (seq * 37 % 700));
    }
    return image;
  }

  /** Of a record that is nothing but a number. */
  private static int frameBytes() {
    return 16 + 80 + 64;
  }

  private static List<Long> to(long last) {
    return LongStream.rangeClosed(1, last).boxed().toList();
  }

  private Path write(byte[]... pieces) throws IOException {
    var bytes = new ByteArrayOutputStream();
    for (byte[] piece : pieces) {
      bytes.writeBytes(piece);
    }
    return Files.write(folder.resolve("a.dmp"), bytes.toByteArray());
  }

  private record Found(Survey survey, Capture capture, List<Long> seqs, long damagedAtEnd) {}

  private Found found(byte[]... pieces) throws IOException {
    try (MemoryImage image = MemoryImage.open(write(pieces))) {
      Survey survey = image.survey((_, _) -> true);
      Capture capture = image.newest(survey);
      RecordCursor records = image.records(capture);
      List<Long> seqs = new ArrayList<>();
      while (records.next()) {
        byte[] payload = records.event().payloadBytes();
        seqs.add(ByteBuffer.wrap(payload).order(ByteOrder.LITTLE_ENDIAN).getLong());
      }
      assertThat(seqs).hasSize((int) capture.records());
      return new Found(survey, capture, seqs, records.damagedAtEnd());
    }
  }
}
