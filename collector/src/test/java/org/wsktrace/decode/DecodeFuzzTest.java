package org.wsktrace.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.wsktrace.decode.manifest.ManifestException;
import org.wsktrace.etl.Corpus;
import org.wsktrace.etl.EtlFile;
import org.wsktrace.etl.EventWriter;
import org.wsktrace.etl.Fuzz;
import org.wsktrace.etl.layout.ExtendedItem;
import org.wsktrace.etl.record.EventRecord;

/**
 * Whatever descriptions and payloads say, decoding ends, without an exception and with a bounded
 * number of values. A short form runs always; WSKTRACE_LONG=1 in the environment makes it a hundred
 * times as long, and WSKTRACE_SEED=number repeats a run.
 */
// Against a hang, not for speed.
@Timeout(value = 20, unit = TimeUnit.MINUTES, threadMode = ThreadMode.SEPARATE_THREAD)
final class DecodeFuzzTest {
  private static final int ROUNDS = "1".equals(System.getenv("WSKTRACE_LONG")) ? 100 : 1;
  private static final UUID METADATA = UUID.fromString("bbccf6c1-6cd1-48c4-80ff-839482e37671");
  private static final UUID PROVIDER = UUID.fromString("e13c0d23-ccbc-4e12-931b-d9cc2eee27e4");
  private static final int[] EDGES = {
    0, 1, 2, 3, 4, 7, 8, 14, 16, 24, 25, 0x1F, 0x20, 0x3F, 0x40, 0x58, 0x60, 0x78, 0x7F, 0x80, 0x98,
    0xB8, 0xD8, 0xFF
  };

  private final Random random = new Random(Fuzz.seed("DecodeFuzzTest"));

  @Test
  void traceLoggingMetadataAndPayloads() {
    Bytes metadata =
        Bytes.of(0)
            .text("Event")
            .text("a")
            .u8(1)
            .text("b")
            .u8(0x98, 3)
            .text("c")
            .u8(0x48)
            .text("d")
            .u8(0xD8, 2)
            .text("e")
            .u8(0x84, 0x84, 1)
            .text("f")
            .u8(0x26)
            .u16(3)
            .text("g")
            .u8(14)
            .text("h")
            .u8(19)
            .text("i")
            .u8(0x60)
            .u16(1)
            .u8(1);
    Bytes payload =
        new Bytes().wide("text").u16(2).u32(1, 2).u16(1).u8(5).u16(1, 2, 3).u16(2).u8(1, 2);
    for (int i = 0; i < 300 * ROUNDS; i++) {
      EventWriter[] events = new EventWriter[50];
      for (int n = 0; n < events.length; n++) {
        events[n] =
            EventWriter.at(n)
                .from(PROVIDER, 4, 8)
                .kind(11, 5, 0, 0)
                .item(ExtendedItem.EVENT_SCHEMA, mutated(metadata.sized()))
                .item(ExtendedItem.PROVIDER_TRAITS, mutated(new Bytes().text("P").sized()))
                .payload(mutated(payload.array()));
      }
      decode(new Schemas(), Logged.events(events));
    }
  }

  @Test
  void payloadsWithDescriptionsInFront() {
    byte[] payload =
        new Bytes()
            .raw(new Bytes().text("Old").sized())
            .raw(Bytes.of(0).text("E").text("a").u8(0x44).sized())
            .u16(2)
            .u8(1, 2)
            .array();
    for (int i = 0; i < 100 * ROUNDS; i++) {
      EventWriter[] events = new EventWriter[50];
      for (int n = 0; n < events.length; n++) {
        events[n] =
            EventWriter.at(n).from(PROVIDER, 4, 8).kind(11, 5, 0, 0).payload(mutated(payload));
      }
      decode(new Schemas(), Logged.events(events));
    }
  }

  /** The descriptions that real files carry, and the events that they describe. */
  @Test
  void realDescriptionsAndEvents() throws IOException {
    for (Corpus.Sample sample : Corpus.samples()) {
      if (sample.number("bytes") > 6 << 20) {
        continue;
      }
      List<EventRecord> records = new ArrayList<>();
      try (EtlFile etl = EtlFile.open(sample.file())) {
        // Every so many of a large file, but all that describes.
        int step = (int) Math.max(1, sample.number("events") / 1000);
        int[] seen = new int[1];
        etl.read(
            event -> {
              if (event.isFrom(METADATA) || event.id() == 0xFFFE || seen[0]++ % step == 0) {
                records.add(event.copy());
              }
            });
      }
      for (int i = 0; i < ROUNDS; i++) {
        decode(new Schemas(), Logged.events(mutated(records)));
      }
    }
  }

  @Test
  void manifests() throws IOException {
    byte[] bytes = ManifestTest.MANIFEST.getBytes(StandardCharsets.UTF_8);
    int readable = 0;
    for (int i = 0; i < 500 * ROUNDS; i++) {
      byte[] mutated = mutated(bytes);
      Schemas schemas = new Schemas();
      try {
        schemas.addManifest(new ByteArrayInputStream(mutated));
        readable++;
      } catch (ManifestException e) {
        assertThat(e.getMessage()).endsWith(".").doesNotContain("\n");
      }
      EventWriter[] events = new EventWriter[20];
      events[0] =
          EventWriter.at(0)
              .from(ManifestTest.PROVIDER, 4, 8)
              .id(0xFFFE)
              .kind(0, 0, 0xFE, 0xFFFE)
              .payload(mutated(Bytes.of(1, 1, 0, 0x5B).u16(1, 0).raw(mutated).array()));
      for (int n = 1; n < events.length; n++) {
        byte[] payload = new byte[random.nextInt(100)];
        random.nextBytes(payload);
        events[n] =
            EventWriter.at(n)
                .from(ManifestTest.PROVIDER, 4, 8)
                .id(1 + random.nextInt(2))
                .payload(payload);
      }
      decode(schemas, Logged.events(events));
    }
    // Not all are broken so that nothing behind the XML was tried.
    assertThat(readable).isPositive();
  }

  private void decode(Schemas schemas, List<EventRecord> records) {
    EventDecoder decoder = new EventDecoder(schemas);
    for (EventRecord record : records) {
      schemas.learn(record);
    }
    for (EventRecord record : records) {
      DecodedEvent event = decoder.decode(record);
      assertThat(event.leftover()).isBetween(0, record.payloadSize());
      // Some fields take no bytes, but a description has no more of them than bytes.
      assertThat(values(event.fields())).isLessThan(2 * record.payloadSize() + 2048 + 65_536);
      assertThat(
              event.fields().stream().mapToLong(field -> field.value().toString().length()).sum())
          .isLessThan(100_000_000);
    }
  }

  private static long values(List<Field> fields) {
    return fields.stream().mapToLong(field -> values(field.value())).sum();
  }

  private static long values(Value value) {
    return switch (value) {
      case Value.Struct(List<Field> fields) -> 1 + values(fields);
      case Value.Array(List<Value> values) ->
          values.stream().mapToLong(DecodeFuzzTest::values).sum();
      default -> 1;
    };
  }

  /** The same events with some of their payloads and descriptions mutated. */
  private EventWriter[] mutated(List<EventRecord> records) {
    List<EventWriter> events = new ArrayList<>();
    int room = 200_000;
    for (EventRecord record : records) {
      EventWriter event = rewritten(record);
      if (event == null) {
        continue;
      }
      room -= record.payloadSize() + 1000;
      if (room < 0) {
        break;
      }
      int schema = record.item(ExtendedItem.EVENT_SCHEMA);
      if (schema >= 0) {
        byte[] metadata =
            record
                .segment()
                .asSlice(record.itemOffset(schema), record.itemSize(schema))
                .toArray(ValueLayout.JAVA_BYTE);
        event.item(ExtendedItem.EVENT_SCHEMA, mutated(metadata));
      }
      events.add(event.payload(mutated(record.payloadBytes())));
    }
    return events.toArray(EventWriter[]::new);
  }

  private static @Nullable EventWriter rewritten(EventRecord record) {
    return switch (record.headerType()) {
      case EVENT32, EVENT64 ->
          EventWriter.at(record.timestamp())
              .from(record.provider(), record.processId(), record.threadId())
              .id(record.id())
              .version(record.version())
              .kind(record.channel(), record.level(), record.opcode(), record.task());
      case FULL32, FULL64 ->
          EventWriter.classic(record.timestamp(), record.provider(), record.opcode())
              .version(record.version());
      case SYSTEM32, SYSTEM64, PERFINFO32, PERFINFO64 ->
          record.group() == 0
              ? null
              : EventWriter.system(record.timestamp(), record.group(), record.opcode())
                  .version(record.version());
      default -> null;
    };
  }

  private byte[] mutated(byte[] original) {
    byte[] bytes = original.clone();
    if (bytes.length == 0 || random.nextInt(4) == 0) {
      return bytes;
    }
    for (int n = 1 + random.nextInt(4); n > 0; n--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(4)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt();
        case 2 -> bytes[at] = (byte) EDGES[random.nextInt(EDGES.length)];
        default -> {
          int from = random.nextInt(bytes.length);
          int length = Math.min(random.nextInt(32), bytes.length - Math.max(at, from));
          System.arraycopy(original, from, bytes, at, length);
        }
      }
    }
    return random.nextInt(6) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length + 1)) : bytes;
  }
}
