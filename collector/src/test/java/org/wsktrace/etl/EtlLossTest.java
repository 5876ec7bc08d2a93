package org.wsktrace.etl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;
import org.wsktrace.etl.EtlFile.Truncation;
import org.wsktrace.etl.layout.BufferHeader;
import org.wsktrace.etl.layout.EventHeader;
import org.wsktrace.etl.layout.ExtendedItem;
import org.wsktrace.etl.layout.LogfileHeader;

/** What is missing or broken is said, and the rest is read. */
// Against a hang, not for speed.
@Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = ThreadMode.SEPARATE_THREAD)
final class EtlLossTest {
  private static final int EVENT = EventHeader.BYTES;

  @TempDir private Path folder;

  @Test
  void aWholeTraceIsComplete() throws IOException {
    assertThat(Seen.in(write(threeBuffers().toBytes())).summary().complete()).isTrue();
  }

  @Test
  void lossIsToldAsTheFileTellsIt() throws IOException {
    EtlSummary summary =
        Seen.in(
                write(
                    new EtlWriter()
                        .lost(41, 2)
                        .buffer(BufferWriter.on(0).flags(BufferHeader.FLAG_EVENTS_LOST))
                        .buffer(BufferWriter.on(0).flags(BufferHeader.FLAG_EVENTS_LOST))
                        .buffer(BufferWriter.on(1).flags(BufferHeader.FLAG_BUFFER_LOST).sequence(9))
                        .toBytes()))
            .summary();

    assertThat(summary.eventsLost()).isEqualTo(41);
    assertThat(summary.buffersLost()).isEqualTo(2);
    assertThat(summary.buffersAfterLostEvents()).isEqualTo(2);
    assertThat(summary.buffersAfterLostBuffers()).isEqualTo(1);
    assertThat(summary.buffers()).isEqualTo(4);
    assertThat(summary.complete()).isFalse();
  }

  @Test
  void missingSequenceNumbersAreNoLoss() throws IOException {
    EtlSummary summary =
        Seen.in(
                write(
                    new EtlWriter()
                        .buffer(BufferWriter.on(0).sequence(7))
                        .buffer(BufferWriter.on(0).sequence(3))
                        .toBytes()))
            .summary();

    assertThat(summary.sequenceGaps()).isEqualTo(5); // 1, 2, 4, 5, 6
    assertThat(summary.complete()).isTrue();
  }

  @Test
  void aFileThatEndsInsideItsLastBufferIsRefused() throws IOException {
    Path file = write(Arrays.copyOf(threeBuffers().toBytes(), 3 * 4096 + 400));

    assertThatThrownBy(() -> EtlFile.open(file))
        .isInstanceOf(EtlException.Truncated.class)
        .hasMessage(
            file
                + ": the trace is truncated: the file ends inside buffer 3, 3696 bytes too early."
                + " Copy it again in whole, after the session was stopped.");
  }

  @Test
  void whereTruncationIsToleratedTheWholeEventsAreRead() throws IOException {
    int twoEventsAndAHalf = BufferHeader.BYTES + 2 * EVENT + EVENT / 2;
    Path file = write(Arrays.copyOf(threeBuffers().toBytes(), 3 * 4096 + twoEventsAndAHalf));

    Seen seen = Seen.in(file, Truncation.TOLERATE);

    assertThat(seen.ids()).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
    assertThat(seen.summary().tailBytes()).isEqualTo(twoEventsAndAHalf);
    assertThat(seen.summary().missingBuffers()).isEqualTo(1);
    assertThat(seen.summary().corruptBuffers()).isZero();
    assertThat(seen.summary().complete()).isFalse();
  }

  @Test
  void aFileThatEndsInsideABufferHeaderIsTruncated() throws IOException {
    Path file = write(Arrays.copyOf(threeBuffers().toBytes(), 3 * 4096 + 71));

    assertThatThrownBy(() -> EtlFile.open(file))
        .isInstanceOf(EtlException.Truncated.class)
        .hasMessageContaining("the file ends inside the header of buffer 3");
    assertThat(Seen.in(file, Truncation.TOLERATE).summary().tailBytes()).isEqualTo(71);
  }

  @Test
  void buffersThatTheHeaderCountsAndTheFileLacksAreTruncation() throws IOException {
    Path file = write(Arrays.copyOf(threeBuffers().toBytes(), 2 * 4096));

    assertThatThrownBy(() -> EtlFile.open(file))
        .isInstanceOf(EtlException.Truncated.class)
        .hasMessageContaining("the session wrote 4 buffers and the file has 2");
    Seen seen = Seen.in(file, Truncation.TOLERATE);
    assertThat(seen.ids()).containsExactly(1, 2, 3);
    assertThat(seen.summary().missingBuffers()).isEqualTo(2);
  }

  @Test
  void theStaleHeaderOfASessionThatWasNeverStoppedIsNotTruncation() throws IOException {
    Seen seen = Seen.in(write(threeBuffers().buffersWritten(0).endTime(0).toBytes()));

    assertThat(seen.ids()).hasSize(9);
    assertThat(seen.summary().complete()).isTrue();
    assertThat(seen.header().end()).isEmpty();
  }

  @Test
  void aFileThatIsCutInsideTheEventThatDescribesItCannotBeRead() throws IOException {
    byte[] bytes = threeBuffers().toBytes();
    for (int size = 80; size < 300; size += 11) {
      Path file = write(Arrays.copyOf(bytes, size));
      assertThatThrownBy(() -> EtlFile.open(file, Truncation.TOLERATE))
          .isInstanceOf(EtlException.Truncated.class)
          .hasMessageContaining("the file ends inside the event that describes it");
    }
  }

  @Test
  void zerosAfterACrashAreDamage() throws IOException {
    Path file = write(Arrays.copyOf(threeBuffers().toBytes(), 6 * 4096));

    assertThatThrownBy(() -> EtlFile.open(file))
        .isInstanceOf(EtlException.Damaged.class)
        .hasMessageContaining(
            "the trace is damaged: buffer 4 at byte 16384 says that it has 0 bytes, which cannot be");
    Seen seen = Seen.in(file, Truncation.TOLERATE);
    assertThat(seen.ids()).hasSize(9);
    assertThat(seen.summary().tailBytes()).isEqualTo(2 * 4096);
  }

  @Test
  void aBufferOfImpossibleSizeIsDamage() throws IOException {
    for (int size : new int[] {0, 1, 71, (64 << 20) + 1, Integer.MAX_VALUE, -2}) {
      Path file = write(new EtlWriter().buffer(BufferWriter.on(0).size(size)).toBytes());
      assertThatThrownBy(() -> EtlFile.open(file))
          .as("size %d", size)
          .isInstanceOf(EtlException.Damaged.class)
          .hasMessageContaining(
              "buffer 1 at byte 4096 says that it has "
                  + Integer.toUnsignedString(size)
                  + " bytes");
    }
  }

  @Test
  void theBuffersBehindABrokenOneAreRead() throws IOException {
    for (int size : new int[] {0, 71, 200, 4104, 1 << 20, -2}) {
      byte[] bytes = threeBuffers().toBytes();
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(4096, size);
      Path file = write(bytes);

      assertThatThrownBy(() -> EtlFile.open(file))
          .as("size %d", size)
          .isInstanceOf(EtlException.class);
      Seen seen = Seen.in(file, Truncation.TOLERATE);

      assertThat(seen.ids()).as("size %d", size).endsWith(4, 5, 6, 7, 8, 9);
      assertThat(seen.summary().complete()).isFalse();
      assertThat(seen.summary().brokenPlaces()).as("size %d", size).isEqualTo(1);
      assertThat(seen.summary().skippedBytes()).as("size %d", size).isLessThanOrEqualTo(4096);
      assertThat(seen.summary().tailBytes()).isZero();
    }
  }

  @Test
  void aPreallocatedFileEndsWithZerosAndIsWhole() throws IOException {
    byte[] whole = threeBuffers().mode(LogfileHeader.MODE_PREALLOCATE | 1).toBytes();

    Seen seen = Seen.in(write(Arrays.copyOf(whole, 6 * 4096 + 5)));

    assertThat(seen.ids()).hasSize(9);
    assertThat(seen.summary().unusedBytes()).isEqualTo(2 * 4096 + 5);
    assertThat(seen.summary().complete()).isTrue();
  }

  @Test
  void aNoticeOfLossInTheTraceIsCountedAndDelivered() throws IOException {
    UUID lostEvent = UUID.fromString("6a399ae0-4bc6-4de9-870b-3657f8947e7e");
    Seen seen =
        Seen.in(
            write(
                new EtlWriter()
                    .buffer(
                        BufferWriter.on(0)
                            .add(EventWriter.classic(1, lostEvent, 0x20))
                            .add(EventWriter.classic(2, lostEvent, 0x21))
                            .add(EventWriter.classic(3, new UUID(1, 2), 0x20)))
                    .toBytes()));

    assertThat(seen.events()).hasSize(4);
    assertThat(seen.summary().lossNotices()).isEqualTo(2);
    assertThat(seen.summary().complete()).isFalse();
  }

  @Test
  void aSmallFileCutAtAnyByteIsRefusedOrReadAsFarAsItGoes() throws IOException {
    byte[] bytes = threeBuffers().bufferSize(512).toBytes();
    int before = 0;
    for (int size = 0; size < bytes.length; size++) {
      Path file = write(Arrays.copyOf(bytes, size));
      assertThatThrownBy(() -> EtlFile.open(file)).isInstanceOf(EtlException.class);
      int events;
      try {
        events = Seen.in(file, Truncation.TOLERATE).events().size();
      } catch (EtlException.Empty | EtlException.NotEtl | EtlException.Truncated e) {
        events = 0;
      }
      assertThat(events).as("cut at %d", size).isGreaterThanOrEqualTo(before);
      before = events;
    }
    assertThat(before).isEqualTo(10);
  }

  @Test
  void aBufferFilledBeyondItsEndIsLeftOut() throws IOException {
    for (int offset : new int[] {0, 71, 4097, -2}) {
      Seen seen =
          Seen.in(
              write(
                  new EtlWriter()
                      .buffer(BufferWriter.on(0).add(EventWriter.at(1).id(1)))
                      .buffer(BufferWriter.on(0).add(EventWriter.at(2).id(2)).offset(offset))
                      .buffer(BufferWriter.on(0).add(EventWriter.at(3).id(3)))
                      .toBytes()));

      assertThat(seen.ids()).as("offset %d", offset).containsExactly(1, 3);
      assertThat(seen.summary().corruptBuffers()).isEqualTo(1);
      assertThat(seen.summary().complete()).isFalse();
    }
  }

  @Test
  void aBrokenEventEndsItsBufferAndNoOther() throws IOException {
    byte[] tooSmall = EventWriter.at(2).id(2).toBytes();
    tooSmall[0] = 79;
    byte[] empty = EventWriter.at(2).id(2).toBytes();
    empty[0] = 0;
    byte[] tooLarge = EventWriter.at(2).id(2).toBytes();
    tooLarge[1] = 0x70;
    byte[] unknownType = EventWriter.at(2).id(2).type(9).toBytes();
    byte[] noEvent = new byte[96];
    byte[] itemBeyondItsEvent = EventWriter.at(2).id(2).item(1, new byte[16]).toBytes();
    itemBeyondItsEvent[EVENT + ExtendedItem.ITEM_SIZE] = 32;
    byte[] itemWithoutEnd = EventWriter.at(2).id(2).item(1, new byte[16]).toBytes();
    itemWithoutEnd[EVENT + ExtendedItem.ITEM_SIZE] = 0;
    byte[] dataBeyondItsItem = EventWriter.at(2).id(2).item(1, new byte[16]).toBytes();
    dataBeyondItsItem[EVENT + ExtendedItem.DATA_SIZE] = 17;
    byte[] promisedItem = EventWriter.at(2).id(2).item(1, new byte[16]).toBytes();
    promisedItem[EVENT + ExtendedItem.LINKAGE] = ExtendedItem.LINKAGE_MORE;
    byte[] countersBeyondItsEvent = EventWriter.system(2, 1, 1).toBytes();
    countersBeyondItsEvent[1] = 1;

    for (byte[] broken :
        new byte[][] {
          tooSmall,
          empty,
          tooLarge,
          unknownType,
          noEvent,
          itemBeyondItsEvent,
          itemWithoutEnd,
          dataBeyondItsItem,
          promisedItem,
          countersBeyondItsEvent
        }) {
      Seen seen =
          Seen.in(
              write(
                  new EtlWriter()
                      .buffer(
                          BufferWriter.on(0)
                              .add(EventWriter.at(1).id(1))
                              .bytes(broken)
                              .add(EventWriter.at(3).id(3)))
                      .buffer(BufferWriter.on(0).add(EventWriter.at(4).id(4)))
                      .buffer(BufferWriter.on(1).add(EventWriter.at(5).id(5)))
                      .toBytes()));

      assertThat(seen.ids()).containsExactly(1, 4, 5);
      assertThat(seen.summary().corruptBuffers()).isEqualTo(1);
    }
  }

  @Test
  void aFileCutAtAnyByteIsRefused() throws IOException {
    byte[] bytes = threeBuffers().bufferSize(512).toBytes();
    for (int size = 1; size < bytes.length; size++) {
      Path file = write(Arrays.copyOf(bytes, size));
      assertThatThrownBy(() -> EtlFile.open(file)).isInstanceOf(EtlException.class);
    }
  }

  @Test
  void paddingThatLooksLikeTheEndOfTheEventsIsTheEnd() throws IOException {
    Seen seen =
        Seen.in(
            write(
                new EtlWriter()
                    .buffer(BufferWriter.on(0).add(EventWriter.at(1).id(1)).offset(400))
                    .toBytes()));

    assertThat(seen.ids()).containsExactly(1);
    assertThat(seen.summary().complete()).isTrue();
  }

  /** A trace of nine events. */
  private static EtlWriter threeBuffers() {
    EtlWriter writer = new EtlWriter();
    for (int buffer = 0; buffer < 3; buffer++) {
      int first = 3 * buffer + 1;
      writer.buffer(
          BufferWriter.on(buffer & 1)
              .add(EventWriter.at(first).id(first))
              .add(EventWriter.at(first + 1).id(first + 1))
              .add(EventWriter.at(first + 2).id(first + 2)));
    }
    return writer;
  }

  private Path write(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("test.etl"), bytes);
  }
}
