package org.wsktrace.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.wsktrace.decode.schema.EventSchema;
import org.wsktrace.decode.schema.Extent;
import org.wsktrace.decode.schema.FieldSchema;
import org.wsktrace.decode.schema.InType;
import org.wsktrace.decode.schema.OutType;
import org.wsktrace.decode.schema.ValueMap;

/** Each type is read from its bytes, and bytes that lie end the reading where they do. */
final class PayloadReaderTest {
  private static final UUID GUID = UUID.fromString("0ad614c4-0ef4-4225-8a01-020304050607");

  private final PayloadReader reader = new PayloadReader();

  private List<Field> read(Bytes payload, int pointerSize, FieldSchema... fields) {
    EventSchema schema = EventSchema.of("P", "E", List.of(fields));
    // With something around it that must not be read.
    byte[] bytes = payload.array();
    var around = new Bytes().u32(0xAAAA_AAAAL).raw(bytes).u32(0xBBBB_BBBBL).segment();
    return reader.read(schema, around, 4, bytes.length, pointerSize);
  }

  /** How its fields are shown, and what is left. */
  private String shown(Bytes payload, FieldSchema... fields) {
    return read(payload, 8, fields) + " " + reader.leftover();
  }

  private Value one(Bytes payload, FieldSchema field) {
    List<Field> fields = read(payload, 8, field);
    assertThat(reader.leftover()).as("leftover of %s", field).isZero();
    return fields.getFirst().value();
  }

  private static FieldSchema of(InType in) {
    return FieldSchema.of("a", in);
  }

  @Test
  void numbers() {
    assertThat(one(Bytes.of(0xFE), of(InType.INT8))).isEqualTo(new Value.Int(-2));
    assertThat(one(Bytes.of(0xFE), of(InType.UINT8))).isEqualTo(new Value.Unsigned(254));
    assertThat(one(new Bytes().u16(0xFFFE), of(InType.INT16))).isEqualTo(new Value.Int(-2));
    assertThat(one(new Bytes().u16(0xFFFE), of(InType.UINT16)))
        .isEqualTo(new Value.Unsigned(0xFFFE));
    assertThat(one(new Bytes().u32(-2), of(InType.INT32))).isEqualTo(new Value.Int(-2));
    assertThat(one(new Bytes().u32(-2), of(InType.UINT32)))
        .isEqualTo(new Value.Unsigned(0xFFFF_FFFEL));
    assertThat(one(new Bytes().u64(-2), of(InType.INT64))).isEqualTo(new Value.Int(-2));
    assertThat(one(new Bytes().u64(-2), of(InType.UINT64))).hasToString("18446744073709551614");
    assertThat(one(new Bytes().u32(10), of(InType.HEX_INT32))).hasToString("0x0000000a");
    assertThat(one(new Bytes().u64(10), of(InType.HEX_INT64)))
        .isEqualTo(new Value.Hex(10, 8))
        .hasToString("0x000000000000000a");
    assertThat(one(new Bytes().u32(Float.floatToIntBits(0.1f)), of(InType.FLOAT)))
        .hasToString("0.1");
    assertThat(one(new Bytes().u64(Double.doubleToLongBits(-0.5)), of(InType.DOUBLE)))
        .isEqualTo(new Value.Real(-0.5, 8));
    assertThat(one(new Bytes().u32(2), of(InType.BOOLEAN))).isEqualTo(new Value.Bool(true));
  }

  @Test
  void meaningsOfNumbers() {
    FieldSchema small = of(InType.UINT16);
    FieldSchema number = of(InType.UINT32);
    FieldSchema signed = of(InType.INT32);
    assertThat(one(new Bytes().u16(0x5000), small.as(OutType.PORT))).hasToString("80");
    assertThat(one(new Bytes().u16('A'), small.as(OutType.STRING))).isEqualTo(new Value.Text("A"));
    assertThat(one(Bytes.of(10, 0, 0, 200), number.as(OutType.IPV4))).hasToString("10.0.0.200");
    assertThat(one(new Bytes().u32(0xC000_0005L), signed.as(OutType.NTSTATUS)))
        .isEqualTo(new Value.Hex(0xC000_0005L, 4));
    assertThat(one(new Bytes().u32(0x8007_0005L), signed.as(OutType.HRESULT)))
        .hasToString("0x80070005");
    assertThat(one(new Bytes().u32(5), number.as(OutType.WIN32_ERROR))).hasToString("5");
    assertThat(one(new Bytes().u32(-1), signed.as(OutType.PID))).hasToString("4294967295");
    assertThat(one(new Bytes().u32(-1), number.as(OutType.SIGNED))).hasToString("-1");
    assertThat(one(Bytes.of(1), of(InType.UINT8).as(OutType.BOOLEAN))).hasToString("true");
    assertThat(one(new Bytes().u64(0), of(InType.INT64).as(OutType.DATE_TIME)))
        .hasToString("1601-01-01T00:00:00Z");
  }

  @Test
  void pointersAreAsWideAsThoseOfWhoLoggedThem() {
    FieldSchema pointer = of(InType.POINTER);

    assertThat(read(new Bytes().u32(1), 4, pointer)).hasToString("[a=0x00000001]");
    assertThat(read(new Bytes().u64(1), 8, pointer)).hasToString("[a=0x0000000000000001]");
    assertThat(read(new Bytes().u32(9), 4, of(InType.SIZE_T).as(OutType.UNSIGNED)))
        .hasToString("[a=9]");
    assertThat(shown(new Bytes().u32(1), pointer)).isEqualTo("[] 4");
  }

  @Test
  void times() {
    assertThat(one(new Bytes().u64(134_116_992_000_000_000L), of(InType.FILETIME)))
        .isEqualTo(new Value.Time(134_116_992_000_000_000L))
        .hasToString("2026-01-01T00:00:00Z");
    assertThat(one(new Bytes().u16(2021, 9, 4, 9, 14, 59, 35, 799), of(InType.SYSTEMTIME)))
        .hasToString("2021-09-09T14:59:35.799");
    assertThat(one(new Bytes().u16(0, 0, 0, 0, 0, 0, 0, 0), of(InType.SYSTEMTIME)))
        .isEqualTo(Value.Binary.of(new byte[16]));
  }

  @Test
  void textsEndAtTheNulOrAtThePayloadsEnd() {
    FieldSchema wide = of(InType.UNICODE_STRING);
    FieldSchema narrow = of(InType.ANSI_STRING);
    FieldSchema next = FieldSchema.of("b", InType.UINT8);

    assertThat(shown(new Bytes().wide("Grüße ✓").u8(7), wide, next))
        .isEqualTo("[a=Grüße ✓, b=7] 0");
    assertThat(shown(new Bytes().text("abc").u8(7), narrow, next)).isEqualTo("[a=abc, b=7] 0");
    assertThat(shown(new Bytes().bare("abc"), wide)).isEqualTo("[a=abc] 0");
    assertThat(shown(Bytes.of('a', 'b'), narrow)).isEqualTo("[a=ab] 0");
    assertThat(shown(Bytes.of('a', 0, 'b'), wide)).isEqualTo("[a=a] 1");
    assertThat(shown(new Bytes().wide(""), wide)).isEqualTo("[a=] 0");
    // No byte is left for it: it is not there.
    assertThat(shown(Bytes.of(7), next, wide)).isEqualTo("[b=7] 0");
  }

  @Test
  void textsOfAGivenLength() {
    FieldSchema length = FieldSchema.of("n", InType.UINT16).keptAs(0);
    FieldSchema wide = of(InType.UNICODE_STRING).sized(Extent.slot(0));

    assertThat(shown(new Bytes().u16(2).bare("abc"), length, wide)).isEqualTo("[n=2, a=ab] 2");
    assertThat(shown(new Bytes().u16(4).bare("abc"), length, wide)).isEqualTo("[n=4] 6");
    assertThat(shown(new Bytes().bare("ab\0xx"), of(InType.UNICODE_STRING).sized(Extent.fixed(5))))
        .isEqualTo("[a=ab] 0");
    assertThat(shown(Bytes.of('a', 'b', 0), of(InType.ANSI_STRING).sized(Extent.fixed(3))))
        .isEqualTo("[a=ab] 0");
    assertThat(shown(new Bytes().u16(4).bare("ab"), of(InType.COUNTED_STRING)))
        .isEqualTo("[a=ab] 0");
    assertThat(shown(new Bytes().u16(2).u8('a', 'b'), of(InType.COUNTED_ANSI_STRING)))
        .isEqualTo("[a=ab] 0");
    assertThat(shown(Bytes.of(0, 2, 'a', 'b'), of(InType.REVERSED_COUNTED_ANSI_STRING)))
        .isEqualTo("[a=ab] 0");
    assertThat(shown(new Bytes().u16(3).bare("ab"), of(InType.COUNTED_STRING)))
        .isEqualTo("[a=a] 1");
    assertThat(shown(new Bytes().u16(5).bare("ab"), of(InType.COUNTED_STRING))).isEqualTo("[] 6");
    assertThat(shown(new Bytes().bare("ab"), of(InType.NON_NULL_TERMINATED_STRING)))
        .isEqualTo("[a=ab] 0");
  }

  @Test
  void bytesOfTextAreUtf8OrElseWindows1252() {
    FieldSchema text = of(InType.ANSI_STRING);

    assertThat(shown(new Bytes().text("naïve €"), text)).isEqualTo("[a=naïve €] 0");
    assertThat(shown(Bytes.of('n', 'a', 0xEF, 'v', 'e', ' ', 0x80, 0), text))
        .isEqualTo("[a=naïve €] 0");
  }

  @Test
  void bytesThatMeanSomething() {
    Bytes sid = Bytes.of(1, 2, 0, 0, 0, 0, 0, 5).u32(32, 544);
    byte[] local = {(byte) 0xFE, (byte) 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

    assertThat(one(new Bytes().guid(GUID), of(InType.GUID))).isEqualTo(new Value.Guid(GUID));
    assertThat(one(sid, of(InType.SID))).hasToString("S-1-5-32-544");
    assertThat(one(new Bytes().u64(1, 0).raw(sid.array()), of(InType.WBEM_SID)))
        .hasToString("S-1-5-32-544");
    assertThat(one(new Bytes().u32(0), of(InType.WBEM_SID))).isEqualTo(new Value.Sid(""));
    assertThat(one(new Bytes().raw(local), of(InType.BINARY).as(OutType.IPV6)))
        .isEqualTo(new Value.Ip("fe80::1"));
    assertThat(
            one(
                new Bytes().u16(8).u16(2).u8(0, 80, 127, 0, 0, 1),
                of(InType.COUNTED_BINARY).as(OutType.SOCKET_ADDRESS)))
        .isEqualTo(new Value.Ip("127.0.0.1:80"));
    assertThat(
            one(
                new Bytes().u16(23).u8(0, 80).u32(0).raw(local).u32(3),
                of(InType.BINARY).sized(Extent.fixed(28)).as(OutType.SOCKET_ADDRESS)))
        .isEqualTo(new Value.Ip("[fe80::1%3]:80"));
    assertThat(one(Bytes.of(1, 0xAB), of(InType.BINARY).sized(Extent.REST)))
        .isEqualTo(Value.Binary.of((byte) 1, (byte) 0xAB))
        .hasToString("01ab");
    assertThat(shown(Bytes.of(1, 16, 0, 0, 0, 0, 0, 5), of(InType.SID))).isEqualTo("[] 8");
  }

  @Test
  void arraysAreCountedBySchemaPayloadOrField() {
    FieldSchema count = FieldSchema.of("n", InType.UINT8).keptAs(3);
    FieldSchema numbers = of(InType.UINT16);

    assertThat(shown(new Bytes().u16(1, 2), numbers.times(Extent.fixed(2))))
        .isEqualTo("[a=[1, 2]] 0");
    assertThat(shown(new Bytes().u16(2, 1, 2, 3), numbers.times(Extent.PREFIX)))
        .isEqualTo("[a=[1, 2]] 2");
    assertThat(shown(Bytes.of(2).u16(1, 2), count, numbers.times(Extent.slot(3))))
        .isEqualTo("[n=2, a=[1, 2]] 0");
    assertThat(shown(new Bytes().u16(1, 2, 3), numbers.times(Extent.REST)))
        .isEqualTo("[a=[1, 2, 3]] 0");
    assertThat(shown(Bytes.of(0), count, numbers.times(Extent.slot(3)))).isEqualTo("[n=0, a=[]] 0");
    assertThat(
            shown(new Bytes().u16(2).bare("ok"), numbers.as(OutType.STRING).times(Extent.PREFIX)))
        .isEqualTo("[a=ok] 0");
  }

  @Test
  void countsThatLieEndTheReadingWhereTheyDo() {
    FieldSchema numbers = of(InType.UINT16);
    FieldSchema behind = FieldSchema.of("b", InType.UINT8);

    // What is there of an array stays.
    assertThat(shown(new Bytes().u16(0xFFFF, 1, 2).u8(3), numbers.times(Extent.PREFIX), behind))
        .isEqualTo("[a=[1, 2]] 1");
    // Not one is there: the count is left, too.
    assertThat(shown(new Bytes().u16(9).u8(3), numbers.times(Extent.PREFIX), behind))
        .isEqualTo("[] 3");
    // Nobody said how many.
    assertThat(shown(new Bytes().u16(9), numbers.times(Extent.slot(0)), behind)).isEqualTo("[] 2");
    assertThat(
            shown(
                new Bytes().u64(-1).u16(5),
                FieldSchema.of("n", InType.INT64).keptAs(0),
                numbers.times(Extent.slot(0)),
                behind))
        .isEqualTo("[n=-1, a=[5]] 0");
    assertThat(shown(Bytes.of(1, 2), FieldSchema.of("b", InType.UNKNOWN), behind))
        .isEqualTo("[] 2");
  }

  @Test
  void structsAndArraysOfThem() {
    FieldSchema point =
        FieldSchema.struct(
            "p", List.of(FieldSchema.of("x", InType.UINT8), FieldSchema.of("y", InType.INT16)));

    assertThat(shown(Bytes.of(1).u16(2), point)).isEqualTo("[p=[x=1, y=2]] 0");
    assertThat(shown(Bytes.of(1, 2, 0, 3, 4, 0), point.times(Extent.fixed(2))))
        .isEqualTo("[p=[[x=1, y=2], [x=3, y=4]]] 0");
    // The second one is cut in the middle.
    assertThat(shown(Bytes.of(1, 2, 0, 3, 4), point.times(Extent.fixed(2))))
        .isEqualTo("[p=[[x=1, y=2], [x=3]]] 1");
  }

  @Test
  void valuesWithoutBytesAreBounded() {
    FieldSchema none = FieldSchema.of("n", InType.NULL).times(Extent.fixed(0xFFFF));
    FieldSchema nothing = FieldSchema.struct("s", List.of(none)).times(Extent.fixed(0xFFFF));

    List<Field> fields = read(Bytes.of(1), 8, nothing, FieldSchema.of("b", InType.UINT8));

    // Neither the rest of them nor what stands behind.
    assertThat(fields).hasSize(1);
    assertThat(((Value.Array) fields.getFirst().value()).values()).hasSizeLessThan(4);
    assertThat(reader.leftover()).isEqualTo(1);
  }

  @Test
  void namesOfNumbers() {
    ValueMap colours = new ValueMap("Colour", false, Map.of(1L, "red", 0xFFFF_FFFFL, "none"));
    ValueMap bits =
        new ValueMap("Bits", true, new java.util.TreeMap<>(Map.of(1L, "one", 2L, "two")));
    FieldSchema colour = of(InType.INT32).named(colours);
    FieldSchema mask = of(InType.UINT8).as(OutType.HEX).named(bits);

    assertThat(one(new Bytes().u32(1), colour)).isEqualTo(new Value.Named(new Value.Int(1), "red"));
    assertThat(one(new Bytes().u32(-1), colour)).hasToString("none");
    assertThat(one(new Bytes().u32(5), colour)).isEqualTo(new Value.Int(5));
    assertThat(one(Bytes.of(3), mask)).hasToString("one | two");
    assertThat(one(Bytes.of(0x12), mask)).hasToString("two | 0x10");
    assertThat(one(Bytes.of(0x10), mask)).isEqualTo(new Value.Hex(0x10, 1));
    assertThat(one(Bytes.of(0), mask)).isEqualTo(new Value.Hex(0, 1));
  }
}
