package org.wsktrace.etl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wsktrace.etl.layout.BufferHeader;
import org.wsktrace.etl.layout.EventHeader;

/** Each field of an event is where the layout says. */
final class EventRecordTest {
  private static final UUID PROVIDER = UUID.fromString("f1e2d3c4-b5a6-9788-8796-a5b4c3d2e1f0");

  @TempDir private Path folder;

  @Test
  void everyFieldOfAnEventIsRead() throws IOException {
    Path file =
        new EtlWriter()
            .startTicks(1000)
            .buffer(
                BufferWriter.on(6)
                    .add(
                        EventWriter.at(1012)
                            .from(PROVIDER, 0xFFFF_FFFF, 0x8000_0001)
                            .id(0xFEDC)
                            .version(0xFE)
                            .kind(0xF1, 0xF2, 0xF3, 0xF4F5)
                            .keyword(0x8000_0000_0000_0001L)
                            .payload((byte) 1, (byte) 2, (byte) 3)))
            .write(folder.resolve("test.etl"));

    only(
        file,
        event -> {
          assertThat(event.headerType()).isEqualTo(HeaderType.EVENT64);
          assertThat(event.provider()).isEqualTo(PROVIDER);
          assertThat(event.isFrom(PROVIDER)).isTrue();
          assertThat(event.isFrom(UUID.fromString("f1e2d3c4-b5a6-9788-8796-a5b4c3d2e1f1")))
              .isFalse();
          assertThat(event.isFrom(UUID.fromString("f1e2d3c4-b5a6-9789-8796-a5b4c3d2e1f0")))
              .isFalse();
          assertThat(event.processId()).isEqualTo(-1);
          assertThat(event.threadId()).isEqualTo(0x8000_0001);
          assertThat(event.id()).isEqualTo(0xFEDC);
          assertThat(event.version()).isEqualTo(0xFE);
          assertThat(event.channel()).isEqualTo(0xF1);
          assertThat(event.level()).isEqualTo(0xF2);
          assertThat(event.opcode()).isEqualTo(0xF3);
          assertThat(event.task()).isEqualTo(0xF4F5);
          assertThat(event.keyword()).isEqualTo(0x8000_0000_0000_0001L);
          assertThat(event.processor()).isEqualTo(6);
          assertThat(event.timestamp()).isEqualTo(1012);
          assertThat(event.nanoseconds()).isEqualTo(1200);
          assertThat(event.fileTime()).isEqualTo(EtlWriter.START + 12);
          assertThat(event.instant()).hasToString("2026-01-01T00:00:00.000001200Z");
          assertThat(event.filePosition()).isEqualTo(4096 + BufferHeader.BYTES);
          assertThat(event.payloadSize()).isEqualTo(3);
          assertThat(event.segment().get(ValueLayout.JAVA_BYTE, event.payloadOffset() + 2))
              .isEqualTo((byte) 3);
        });
  }

  @Test
  void aSystemEventHasItsHookIdAndNoProvider() throws IOException {
    Path file =
        new EtlWriter()
            .buffer(
                BufferWriter.on(1)
                    .add(EventWriter.system(5, 0x18, 0x20).version(3).type(1).payload((byte) 7)))
            .write(folder.resolve("test.etl"));

    only(
        file,
        event -> {
          assertThat(event.headerType()).isEqualTo(HeaderType.SYSTEM32);
          assertThat(event.id()).isEqualTo(0x1820);
          assertThat(event.opcode()).isEqualTo(0x20);
          assertThat(event.version()).isEqualTo(3);
          assertThat(event.provider()).isEqualTo(new UUID(0, 0));
          assertThat(event.level() + event.task() + event.channel() + event.keyword()).isZero();
          assertThat(event.processId()).isEqualTo(4);
          assertThat(event.threadId()).isEqualTo(8);
          assertThat(event.payloadSize()).isEqualTo(1);
        });
  }

  @Test
  void performanceCountersAreNeitherVersionNorPayload() throws IOException {
    Path file =
        new EtlWriter()
            .buffer(
                BufferWriter.on(0)
                    .add(
                        EventWriter.system(5, 5, 36)
                            .version(4)
                            .counters(3, true)
                            .payload((byte) 0xAB)))
            .write(folder.resolve("test.etl"));

    only(
        file,
        event -> {
          assertThat(event.version()).isEqualTo(4);
          assertThat(event.payloadSize()).isEqualTo(1);
          assertThat(event.segment().get(ValueLayout.JAVA_BYTE, event.payloadOffset()))
              .isEqualTo((byte) 0xAB);
        });
  }

  @Test
  void extendedItemsAreNotPayload() throws IOException {
    Seen seen =
        read(
            BufferWriter.on(0)
                .add(EventWriter.at(1).id(1).item(1, new byte[16]).payload((byte) 0xA1))
                .add(
                    EventWriter.at(2)
                        .id(2)
                        .item(6, new byte[24])
                        .item(12, new byte[19])
                        .item(11, new byte[1])
                        .payload((byte) 0xA2, (byte) 0xA3))
                .add(EventWriter.at(3).id(3).item(13))
                .add(EventWriter.at(4).id(4).type(18).payload((byte) 0xA4)));

    assertThat(seen.events().stream().skip(1).map(Seen.Event::payload))
        .containsExactly("a1", "a2a3", "", "a4");
    assertThat(seen.events().getLast().type()).isEqualTo(HeaderType.EVENT32);
  }

  @Test
  void eventsOfAnySizeAreFoundBehindTheirPadding() throws IOException {
    BufferWriter buffer = BufferWriter.on(0);
    for (int bytes = 0; bytes < 20; bytes++) {
      buffer.add(EventWriter.at(bytes).id(bytes).payload(new byte[bytes]));
    }
    buffer.add(EventWriter.at(20).id(20).payload(new byte[0xFFFF - EventHeader.BYTES]));

    Seen seen = read(buffer);

    assertThat(seen.ids()).hasSize(21);
    assertThat(seen.events().getLast().payload()).hasSize(2 * (0xFFFF - EventHeader.BYTES));
  }

  @Test
  void otherHeaderTypesAreSkippedByTheirSizeAndCounted() throws IOException {
    // Of these the size lies where EVENT_HEADER has it: FULL32, ERROR, FULL64, INSTANCE64.
    BufferWriter buffer = BufferWriter.on(0).add(EventWriter.at(1).id(1));
    for (int type : List.of(10, 13, 20, 21)) {
      buffer.add(EventWriter.at(2).type(type).payload((byte) 1));
    }
    // And of these where a SYSTEM event has it: COMPACT32, COMPACT64, PERFINFO64.
    for (int type : List.of(3, 4, 17)) {
      buffer.add(EventWriter.system(3, 1, 1).type(type).payload((byte) 1));
    }
    // A WPP message of 12 bytes.
    buffer.bytes(new byte[] {12, 0, 0, (byte) 0x90, 1, 0, 0, 0, 1, 2, 3, 4});
    buffer.add(EventWriter.at(4).id(2));

    Seen seen = read(buffer);

    assertThat(seen.ids()).containsExactly(1, 2);
    assertThat(seen.summary().skipped())
        .isEqualTo(
            Map.of(
                HeaderType.FULL32, 1L,
                HeaderType.ERROR, 1L,
                HeaderType.FULL64, 1L,
                HeaderType.INSTANCE64, 1L,
                HeaderType.COMPACT32, 1L,
                HeaderType.COMPACT64, 1L,
                HeaderType.PERFINFO64, 1L,
                HeaderType.MESSAGE, 1L));
    assertThat(seen.summary().skippedEvents()).isEqualTo(8);
    assertThat(seen.summary().events()).isEqualTo(3);
    assertThat(seen.summary().complete()).isTrue();
  }

  @Test
  void memoryOfAnEventIsReadOnlyAndGoneAfterReading() throws IOException {
    Path file =
        new EtlWriter()
            .buffer(BufferWriter.on(0).add(EventWriter.at(1)))
            .write(folder.resolve("test.etl"));
    MemorySegment[] kept = new MemorySegment[1];
    only(file, event -> kept[0] = event.segment());

    assertThat(kept[0].isReadOnly()).isTrue();
    assertThatThrownBy(() -> kept[0].get(ValueLayout.JAVA_BYTE, 0))
        .isInstanceOf(IllegalStateException.class);
  }

  /** Expects one event behind the one that describes the trace. */
  private static void only(Path file, EventConsumer consumer) throws IOException {
    try (EtlFile etl = EtlFile.open(file)) {
      EtlSummary summary =
          etl.read(
              event -> {
                if (event.filePosition() != BufferHeader.BYTES) {
                  consumer.accept(event);
                }
              });
      assertThat(summary.events()).isEqualTo(2);
    }
  }

  private Seen read(BufferWriter buffer) throws IOException {
    return Seen.in(new EtlWriter().buffer(buffer).write(folder.resolve("test.etl")));
  }
}
