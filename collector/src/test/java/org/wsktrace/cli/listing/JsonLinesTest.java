package org.wsktrace.cli.listing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.wsktrace.cli.JsonTree;
import org.wsktrace.decode.DecodedEvent;
import org.wsktrace.decode.Field;
import org.wsktrace.decode.Origin;
import org.wsktrace.decode.Value;
import org.wsktrace.etl.EventWriter;
import org.wsktrace.etl.record.EventRecord;

final class JsonLinesTest {
  private static final UUID PROVIDER = UUID.fromString("1e0b3d2a-5c4f-4a6b-8d7e-9f0a1b2c3d4e");

  @Test
  void anEventIsALine() throws IOException {
    EventWriter event =
        EventWriter.at(25)
            .from(PROVIDER, 4, 76)
            .id(12)
            .version(1)
            .kind(0, 4, 2, 3)
            .keyword(0x8000_0000_0000_0010L)
            .payload((byte) 1, (byte) 2, (byte) 0xAB);
    var decoded =
        new DecodedEvent(
            "Some-Provider",
            "Task/Stop",
            Origin.MANIFEST,
            List.of(new Field("Status", new Value.Int(-5))),
            2);

    assertThat(line(event, decoded))
        .isEqualTo(
            "{\"seq\":7,\"time\":\"2026-01-01T00:00:00.0000025Z\",\"nanos\":2500,\"processor\":2,"
                + "\"pid\":4,\"tid\":76,\"header_type\":\"EVENT64\",\"provider\":\"Some-Provider\","
                + "\"guid\":\"1e0b3d2a-5c4f-4a6b-8d7e-9f0a1b2c3d4e\",\"id\":12,\"version\":1,"
                + "\"opcode\":2,\"level\":4,\"task\":3,\"keyword\":\"0x8000000000000010\","
                + "\"event\":\"Task/Stop\",\"origin\":\"manifest\",\"fields\":{\"Status\":-5},"
                + "\"leftover\":2,\"raw\":\"02ab\"}\n");
  }

  @Test
  void aKernelEventHasNoGuidAndAPerfInfoEventNoThread() throws IOException {
    Map<String, @Nullable Object> event = event(EventWriter.system(1, 3, 1), unknown(0));

    assertThat(event.get("guid")).isNull();
    assertThat(event).containsKey("guid").containsEntry("id", 0x0301L);
    Map<String, @Nullable Object> perfInfo = event(EventWriter.perfInfo(1, 0xF, 0x32), unknown(0));
    assertThat(perfInfo.get("pid")).isNull();
    assertThat(perfInfo.get("tid")).isNull();
  }

  @Test
  void numbersThatAReaderWouldSpoilAreTexts() throws IOException {
    long safe = (1L << 53) - 1;

    assertThat(
            fields(
                new Field("safe", new Value.Int(safe)),
                new Field("negative", new Value.Int(-safe)),
                new Field("above", new Value.Int(safe + 1)),
                new Field("below", new Value.Int(-safe - 1)),
                new Field("unsigned", new Value.Unsigned(safe)),
                new Field("most", new Value.Unsigned(-1))))
        .containsExactly(
            Map.entry("safe", safe),
            Map.entry("negative", -safe),
            Map.entry("above", "9007199254740992"),
            Map.entry("below", "-9007199254740992"),
            Map.entry("unsigned", safe),
            Map.entry("most", "18446744073709551615"));
  }

  @Test
  void valuesOfEveryKind() throws IOException {
    assertThat(
            fields(
                new Field("pointer", new Value.Hex(0xFFFF_A80C_1234_0000L, 8)),
                new Field("mask", new Value.Hex(0x1F, 4)),
                new Field("yes", new Value.Bool(true)),
                new Field("float", new Value.Real(0.1f, 4)),
                new Field("double", new Value.Real(0.1, 8)),
                new Field("none", new Value.Real(Double.NaN, 8)),
                new Field("text", new Value.Text("a\"b\n\u00e9\ud83d\ude00")),
                new Field("guid", new Value.Guid(PROVIDER)),
                new Field("time", new Value.Time(134_116_992_000_000_001L)),
                new Field("never", new Value.Time(0)),
                new Field("beyond", new Value.Time(Long.MAX_VALUE)),
                new Field("local", new Value.SystemTime(LocalDateTime.of(2026, 1, 31, 12, 0, 1))),
                new Field("sid", new Value.Sid("S-1-5-18")),
                new Field("ip", new Value.Ip("10.0.0.1")),
                new Field("bytes", Value.Binary.of((byte) 1, (byte) 0xFF)),
                new Field("struct", new Value.Struct(List.of(new Field("a", new Value.Int(1))))),
                new Field("array", new Value.Array(List.of(new Value.Int(1), new Value.Int(2))))))
        .containsExactly(
            Map.entry("pointer", "0xffffa80c12340000"),
            Map.entry("mask", "0x0000001f"),
            Map.entry("yes", true),
            Map.entry("float", 0.1),
            Map.entry("double", 0.1),
            Map.entry("none", "NaN"),
            Map.entry("text", "a\"b\n\u00e9\ud83d\ude00"),
            Map.entry("guid", PROVIDER.toString()),
            Map.entry("time", "2026-01-01T00:00:00.0000001Z"),
            Map.entry("never", "1601-01-01T00:00:00.0000000Z"),
            Map.entry("beyond", "+30828-09-14T02:48:05.4775807Z"),
            Map.entry("local", "2026-01-31T12:00:01"),
            Map.entry("sid", "S-1-5-18"),
            Map.entry("ip", "10.0.0.1"),
            Map.entry("bytes", "01ff"),
            Map.entry("struct", Map.of("a", 1L)),
            Map.entry("array", List.of(1L, 2L)));
  }

  @Test
  void halfACharacterIsEscaped() throws IOException {
    assertThat(line(EventWriter.at(1), decoded(new Field("a", new Value.Text("x\ud83d")))))
        .contains("\"a\":\"x\\uD83D\"")
        .isASCII();
  }

  @Test
  void aNumberStaysANumberAndItsNameIsBesideIt() throws IOException {
    var state = new Value.Named(new Value.Unsigned(3), "Busy");
    Map<String, @Nullable Object> event =
        event(
            EventWriter.at(1),
            decoded(
                new Field("State", state),
                new Field(
                    "Outer",
                    new Value.Struct(
                        List.of(new Field("List", new Value.Array(List.of(state, state))))))));

    assertThat(event.get("fields"))
        .isEqualTo(Map.of("State", 3L, "Outer", Map.of("List", List.of(3L, 3L))));
    assertThat(event.get("names"))
        .isEqualTo(Map.of("State", "Busy", "Outer.List[0]", "Busy", "Outer.List[1]", "Busy"));
  }

  @Test
  void fieldsOfOneNameAreNumbered() throws IOException {
    assertThat(
            fields(
                new Field("a", new Value.Int(1)),
                new Field("a_2", new Value.Int(2)),
                new Field("a", new Value.Int(3)),
                new Field("", new Value.Int(4)),
                new Field("a", new Value.Int(5))))
        .containsExactly(
            Map.entry("a", 1L),
            Map.entry("a_2", 2L),
            Map.entry("a_3", 3L),
            Map.entry("", 4L),
            Map.entry("a_4", 5L));
  }

  @Test
  void aThousandFieldsOfOneName() throws IOException {
    Field[] fields =
        Collections.nCopies(1000, new Field("a", new Value.Int(1))).toArray(Field[]::new);

    assertThat(fields(fields)).hasSize(1000).containsEntry("a_1000", 1L);
  }

  @Test
  void structsInStructsWithoutEnd() throws IOException {
    Value value = new Value.Int(1);
    for (int i = 0; i < 5000; i++) {
      value = new Value.Struct(List.of(new Field("s", value)));
    }

    String line = line(EventWriter.at(1), decoded(new Field("s", value)));

    assertThat(line).contains("{\"s\":null}").endsWith("}\n");
  }

  @Test
  void extendedItemsAndCounters() throws IOException {
    byte[] stack = new byte[24];
    stack[0] = 5;
    stack[8] = 0x10;
    stack[16] = 0x20;
    Map<String, @Nullable Object> event =
        event(
            EventWriter.at(1).item(6, stack).item(10, (byte) 0xAB).item(12, (byte) 1), unknown(0));

    assertThat(event.get("items"))
        .isEqualTo(
            List.of(
                Map.of(
                    "type",
                    6L,
                    "match",
                    "0x0000000000000005",
                    "stack",
                    List.of("0x0000000000000010", "0x0000000000000020")),
                Map.of("type", 10L, "data", "ab")));
    assertThat(event(EventWriter.system(1, 15, 46).counters(2, false), unknown(0)).get("counters"))
        .isEqualTo(List.of("0x0000000000000001", "0x0000000000000002"));
  }

  @Test
  void aFailureOfTheOutputIsThatOfTheStream() throws IOException {
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("No space left on device");
          }
        };
    var lines = new JsonLines(new Outlet(full));
    lines.print(1, Records.of(EventWriter.at(1)), unknown(0));

    assertThatThrownBy(lines::flush)
        .isInstanceOf(Outlet.Failure.class)
        .hasMessage("the output cannot be written: No space left on device");
  }

  private static DecodedEvent unknown(int leftover) {
    return new DecodedEvent("", "", Origin.UNKNOWN, List.of(), leftover);
  }

  private static DecodedEvent decoded(Field... fields) {
    return new DecodedEvent("P", "E", Origin.TRACE_LOGGING, List.of(fields), 0);
  }

  @SuppressWarnings("unchecked") // what "fields" is
  private static Map<String, Object> fields(Field... fields) throws IOException {
    Object object = event(EventWriter.at(1), decoded(fields)).get("fields");
    return (Map<String, Object>) object;
  }

  private static Map<String, @Nullable Object> event(EventWriter event, DecodedEvent decoded)
      throws IOException {
    return JsonTree.object(line(event, decoded));
  }

  private static String line(EventWriter event, DecodedEvent decoded) throws IOException {
    EventRecord record = Records.of(event);
    var out = new ByteArrayOutputStream();
    var lines = new JsonLines(out);
    lines.print(7, record, decoded);
    lines.flush();
    return out.toString(StandardCharsets.UTF_8);
  }
}
