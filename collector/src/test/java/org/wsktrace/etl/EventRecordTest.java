package org.wsktrace.etl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wsktrace.etl.layout.BufferHeader;
import org.wsktrace.etl.layout.EventHeader;
import org.wsktrace.etl.layout.ExtendedItem;
import org.wsktrace.etl.record.EventRecord;
import org.wsktrace.etl.record.HeaderType;

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
  void everyExtendedItemIsFound() throws IOException {
    Path file =
        new EtlWriter()
            .buffer(
                BufferWriter.on(0)
                    .add(
                        EventWriter.at(2)
                            .item(ExtendedItem.RELATED_ACTIVITY_ID, new byte[16])
                            .item(ExtendedItem.STACK_64, new byte[24])
                            .item(ExtendedItem.EVENT_SCHEMA, (byte) 0xCD)
                            .payload((byte) 0xA1)))
            .write(folder.resolve("test.etl"));

    only(
        file,
        event -> {
          List<String> items = new ArrayList<>();
          for (int item = event.firstItem(); item >= 0; item = event.nextItem(item)) {
            items.add(event.itemType(item) + ":" + event.itemSize(item));
          }
          assertThat(items).containsExactly("1:16", "6:24", "11:1");
          assertThat(event.itemSize(event.item(ExtendedItem.STACK_64))).isEqualTo(24);
          assertThat(event.item(ExtendedItem.SID)).isEqualTo(-1);
          long schema = event.itemOffset(event.item(ExtendedItem.EVENT_SCHEMA));
          assertThat(event.segment().get(ValueLayout.JAVA_BYTE, schema)).isEqualTo((byte) 0xCD);
        });
  }

  @Test
  void aCompactEventHasAThreadAndAShortOneHasNot() throws IOException {
    Seen seen =
        read(
            BufferWriter.on(0)
                .add(EventWriter.compact(1, 5, 36).payload((byte) 0xC1))
                .add(EventWriter.compact(2, 5, 36).type(3).counters(1, false).payload((byte) 0xC2))
                .add(EventWriter.perfInfo(3, 15, 67).counters(2, true).payload((byte) 0xC3))
                .add(EventWriter.perfInfo(4, 15, 67).type(16).payload((byte) 0xC4)));

    List<Seen.Event> events = seen.events().subList(1, 5);
    assertThat(events)
        .extracting(Seen.Event::type)
        .containsExactly(
            HeaderType.COMPACT64,
            HeaderType.COMPACT32,
            HeaderType.PERFINFO64,
            HeaderType.PERFINFO32);
    assertThat(events)
        .extracting(Seen.Event::id)
        .containsExactly(5 << 8 | 36, 5 << 8 | 36, 15 << 8 | 67, 15 << 8 | 67);
    assertThat(events).extracting(Seen.Event::nanoseconds).containsExactly(100L, 200L, 300L, 400L);
    assertThat(events).extracting(Seen.Event::payload).containsExactly("c1", "c2", "c3", "c4");
    assertThat(events).extracting(event -> event.copy().threadId()).containsExactly(8, 8, -1, -1);
    assertThat(events).extracting(event -> event.copy().processId()).containsExactly(4, 4, -1, -1);
    assertThat(events).extracting(event -> event.copy().pointerSize()).containsExactly(8, 4, 8, 4);
    EventRecord counted = events.get(2).copy();
    assertThat(counted.counterCount()).isEqualTo(3);
    assertThat(List.of(counted.counter(0), counted.counter(1), counted.counter(2)))
        .containsExactly(1L, 2L, 3L);
    assertThat(counted.group()).isEqualTo(15);
  }

  @Test
  void aClassicEventHasItsClassAndOpcode() throws IOException {
    Path file =
        new EtlWriter()
            .buffer(
                BufferWriter.on(1)
                    .add(
                        EventWriter.classic(9, PROVIDER, 0xFE)
                            .kind(0, 5, 0xFE, 0)
                            .version(0xFEDC)
                            .type(10)
                            .payload((byte) 7)))
            .write(folder.resolve("test.etl"));

    only(
        file,
        event -> {
          assertThat(event.headerType()).isEqualTo(HeaderType.FULL32);
          assertThat(event.provider()).isEqualTo(PROVIDER);
          assertThat(event.opcode()).isEqualTo(0xFE);
          assertThat(event.level()).isEqualTo(5);
          assertThat(event.version()).isEqualTo(0xFEDC);
          assertThat(event.pointerSize()).isEqualTo(4);
          assertThat(event.id() + event.task() + event.channel()).isZero();
          assertThat(event.group()).isEqualTo(-1);
          assertThat(event.threadId()).isEqualTo(8);
          assertThat(event.timestamp()).isEqualTo(9);
          assertThat(event.payloadBytes()).containsExactly(7);
          assertThat(event.instanceId()).isZero();
        });
  }

  @Test
  void anInstanceHasItsParent() throws IOException {
    UUID parent = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");
    Path file =
        new EtlWriter()
            .buffer(
                BufferWriter.on(1)
                    .add(
                        EventWriter.instance(9, PROVIDER, 1, 0x8000_0001, 77, parent)
                            .payload((byte) 7)))
            .write(folder.resolve("test.etl"));

    only(
        file,
        event -> {
          assertThat(event.headerType()).isEqualTo(HeaderType.INSTANCE64);
          assertThat(event.provider()).isEqualTo(PROVIDER);
          assertThat(event.instanceId()).isEqualTo(0x8000_0001);
          assertThat(event.parentInstanceId()).isEqualTo(77);
          assertThat(event.parentClass()).isEqualTo(parent);
          assertThat(event.payloadBytes()).containsExactly(7);
        });
  }

  @Test
  void aMessageHasWhatItsFlagsName() throws IOException {
    int all = 0x01 | 0x02 | 0x08 | 0x20 | 0x40;
    Seen seen =
        read(
            BufferWriter.on(0)
                .add(EventWriter.message(50, PROVIDER, 11, all).payload((byte) 1))
                .add(EventWriter.message(60, PROVIDER, 12, 0x02).payload((byte) 2))
                .add(EventWriter.message(70, PROVIDER, 13, 0x04 | 0x08 | 0x80).payload((byte) 3))
                .add(EventWriter.message(80, PROVIDER, 14, 0)));

    List<EventRecord> messages = seen.events().stream().skip(1).map(Seen.Event::copy).toList();
    assertThat(messages).extracting(EventRecord::id).containsExactly(11, 12, 13, 14);
    assertThat(messages)
        .extracting(EventRecord::provider)
        .containsExactly(PROVIDER, PROVIDER, new UUID(0, 0), new UUID(0, 0));
    // One without a time takes that of the event before it.
    assertThat(messages).extracting(EventRecord::timestamp).containsExactly(50L, 50L, 70L, 70L);
    assertThat(messages).extracting(EventRecord::processId).containsExactly(4, -1, -1, -1);
    assertThat(messages).extracting(EventRecord::threadId).containsExactly(8, -1, -1, -1);
    assertThat(messages).extracting(EventRecord::pointerSize).containsExactly(4, 8, 8, 8);
    assertThat(seen.events().stream().skip(1).map(Seen.Event::payload))
        .containsExactly("01", "02", "03", "");
  }

  @Test
  void aMessageWithoutATimeBeforeAnyOtherIsOfTheStart() throws IOException {
    Path file =
        new EtlWriter()
            .startTicks(1000)
            .buffer(BufferWriter.on(3).add(EventWriter.message(0, PROVIDER, 1, 0)))
            .write(folder.resolve("test.etl"));

    only(file, event -> assertThat(event.timestamp()).isEqualTo(1000));
  }

  @Test
  void headersThatAreNotKnownAreSkippedByTheirSizeAndCounted() throws IOException {
    BufferWriter buffer = BufferWriter.on(0).add(EventWriter.at(1).id(1));
    // ERROR, and numbers that Windows does not use.
    for (int type : List.of(13, 12, 14, 15, 22, 255)) {
      buffer.add(EventWriter.at(2).type(type).payload((byte) 1));
    }
    // TIMED_TRACE_HEADER.
    buffer.bytes(new byte[] {16, 0, 0, (byte) 0xB0, 1, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8});
    buffer.add(EventWriter.at(4).id(2));

    Seen seen = read(buffer);

    assertThat(seen.ids()).containsExactly(1, 2);
    assertThat(seen.summary().skipped())
        .isEqualTo(Map.of(HeaderType.ERROR, 1L, HeaderType.UNKNOWN, 6L));
    assertThat(seen.summary().skippedEvents()).isEqualTo(7);
    assertThat(seen.summary().events()).isEqualTo(3);
    assertThat(seen.summary().complete()).isTrue();
  }

  @Test
  void aCopyOutlivesTheReading() throws IOException {
    Seen seen =
        read(
            BufferWriter.on(5)
                .add(
                    EventWriter.at(3)
                        .id(3)
                        .from(PROVIDER, 1, 2)
                        .item(12, new byte[3])
                        .payload((byte) 9))
                .add(EventWriter.at(4).id(4)));

    EventRecord copy = seen.events().get(1).copy();

    assertThat(copy.provider()).isEqualTo(PROVIDER);
    assertThat(copy.id()).isEqualTo(3);
    assertThat(copy.nanoseconds()).isEqualTo(300);
    assertThat(copy.processor()).isEqualTo(5);
    assertThat(copy.itemSize(copy.item(12))).isEqualTo(3);
    assertThat(copy.payloadBytes()).containsExactly(9);
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
