package org.wsktrace.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.wsktrace.etl.EventWriter;
import org.wsktrace.etl.layout.ExtendedItem;

/** Events that carry their own description. */
final class TraceLoggingTest {
  private static final UUID PROVIDER = UUID.fromString("d3dd3dd4-aac2-4e2a-8dd4-a8fb61b77615");
  private static final UUID GROUP = UUID.fromString("4f50731a-89cf-4782-b3e0-dce8c90476ba");
  // In-types, and what may be added to them.
  private static final int U8 = 4;
  private static final int U16 = 6;
  private static final int U32 = 8;
  private static final int STRUCT = 24;
  private static final int CONSTANT = 0x20;
  private static final int VARIABLE = 0x40;
  private static final int CUSTOM = 0x60;
  private static final int CHAIN = 0x80;

  private static EventWriter event(Bytes metadata, Bytes payload) {
    return EventWriter.at(1)
        .from(PROVIDER, 4, 8)
        .kind(11, 5, 0, 0)
        .item(ExtendedItem.EVENT_SCHEMA, metadata.sized())
        .payload(payload.array());
  }

  /** Of an event "E" with these fields. */
  private static Bytes metadata(Bytes fields) {
    return Bytes.of(0).text("E").raw(fields.array());
  }

  private static DecodedEvent decoded(Bytes fields, Bytes payload) {
    return Logged.last(event(metadata(fields), payload));
  }

  @Test
  void nameAndFields() {
    Bytes fields = new Bytes().text("text").u8(1).text("number").u8(U32).text("on").u8(13);

    DecodedEvent event = decoded(fields, new Bytes().wide("Mercury").u32(102, 1));

    assertThat(event.origin()).isEqualTo(Origin.TRACE_LOGGING);
    assertThat(event.event()).isEqualTo("E");
    assertThat(event.fields()).hasToString("[text=Mercury, number=102, on=true]");
    assertThat(event.leftover()).isZero();
  }

  @Test
  void tagsAndOutTypes() {
    Bytes metadata =
        Bytes.of(0x81, 0x02) // The event's tags.
            .text("E")
            .text("status")
            .u8(U32 | CHAIN, 14 | CHAIN, 0x85, 0x01) // NTSTATUS, with tags.
            .text("port")
            .u8(U16 | CHAIN, 7)
            .text("mask")
            .u8(U8 | CHAIN, 4);

    DecodedEvent event =
        Logged.last(event(metadata, new Bytes().u32(0xC000_0005L).u8(0, 80, 0x1F)));

    assertThat(event.fields()).hasToString("[status=0xc0000005, port=80, mask=0x1f]");
  }

  @Test
  void arraysOfNumbersAndOfStructs() {
    Bytes fields =
        new Bytes()
            .text("two")
            .u8(U8 | CONSTANT)
            .u16(2)
            .text("many")
            .u8(U16 | VARIABLE)
            .text("points")
            .u8(STRUCT | VARIABLE | CHAIN, 2) // Of the next two fields.
            .text("x")
            .u8(U8)
            .text("name")
            .u8(2)
            .text("behind")
            .u8(U8);
    Bytes payload = Bytes.of(1, 2).u16(3, 10, 20, 30).u16(2).u8(1).text("a").u8(2).text("b").u8(9);

    DecodedEvent event = decoded(fields, payload);

    assertThat(event.fields())
        .hasToString(
            "[two=[1, 2], many=[10, 20, 30], points=[[x=1, name=a], [x=2, name=b]], behind=9]");
    assertThat(event.leftover()).isZero();
  }

  @Test
  void structsWithinStructs() {
    Bytes fields =
        new Bytes()
            .text("outer")
            .u8(STRUCT | CHAIN, 2)
            .text("inner")
            .u8(STRUCT | CHAIN, 1)
            .text("x")
            .u8(U8)
            .text("y")
            .u8(U8)
            .text("z")
            .u8(U8);

    assertThat(decoded(fields, Bytes.of(1, 2, 3)).fields())
        .hasToString("[outer=[inner=[x=1], y=2], z=3]");
  }

  @Test
  void countedBytesAndTypesOfTheProvidersOwn() {
    Bytes fields =
        new Bytes()
            .text("bytes")
            .u8(14)
            .text("counted")
            .u8(25)
            .text("own")
            .u8(CUSTOM | U8)
            .u16(3) // Bytes that describe the type.
            .u8(9, 9, 9)
            .text("text")
            .u8(23);
    Bytes payload = new Bytes().u16(2).u8(1, 2).u16(0).u16(1).u8(0xFF).u16(2).u8('o', 'k');

    assertThat(decoded(fields, payload).fields())
        .hasToString("[bytes=0102, counted=, own=ff, text=ok]");
  }

  @Test
  void theSameIdButAnotherDescription() {
    Bytes one = metadata(new Bytes().text("a").u8(U8));
    Bytes two = metadata(new Bytes().text("b").u8(U16));

    assertThat(
            Logged.decoded(
                new Schemas(),
                event(one, Bytes.of(1)),
                event(two, Bytes.of(1, 0)),
                event(one, Bytes.of(2))))
        .extracting(event -> event.fields().toString())
        .containsExactly("[a=1]", "[b=1]", "[a=2]");
  }

  @Test
  void nameAndGroupFromTraits() {
    byte[] traits = new Bytes().text("Planets").u16(19).u8(1).guid(GROUP).sized();
    EventWriter event =
        event(metadata(new Bytes()), new Bytes()).item(ExtendedItem.PROVIDER_TRAITS, traits);
    Schemas schemas = new Schemas();

    assertThat(Logged.decoded(schemas, event).getFirst().provider()).isEqualTo("Planets");
    assertThat(schemas.providerName(PROVIDER)).isEqualTo("Planets");
    assertThat(schemas.providerGroup(PROVIDER)).isEqualTo(GROUP);
    // Also of an event that was not learned.
    assertThat(new EventDecoder(new Schemas()).decode(Logged.events(event).getFirst()).provider())
        .isEqualTo("Planets");
  }

  @Test
  void beforeWindows10DescriptionsStandInFrontOfThePayload() {
    Bytes payload =
        new Bytes()
            .raw(new Bytes().text("Old").sized())
            .raw(metadata(new Bytes().text("a").u8(U8)).sized())
            .u8(7, 8);

    DecodedEvent event =
        Logged.last(
            EventWriter.at(1).from(PROVIDER, 4, 8).kind(11, 5, 0, 0).payload(payload.array()));

    assertThat(event)
        .hasToString(
            "DecodedEvent[provider=Old, event=E, origin=TRACE_LOGGING, fields=[a=7], leftover=1]");
  }

  @Test
  void aDescriptionThatIsCutDecodesWhatStandsInFront() {
    Bytes whole =
        metadata(new Bytes().text("a").u8(U8).text("b").u8(STRUCT | CHAIN, 5).text("c").u8(U8));
    DecodedEvent event = Logged.last(event(whole, Bytes.of(1, 2, 3)));

    // The struct has five members and describes one.
    assertThat(event.fields()).hasToString("[a=1, b=[c=2]]");
    assertThat(event.leftover()).isEqualTo(1);
    assertThat(decoded(new Bytes().text("a").u8(U8).raw((byte) 'x'), Bytes.of(1, 2)).fields())
        .hasToString("[a=1]");
    assertThat(Logged.last(event(Bytes.of(0x80), Bytes.of(1))).leftover()).isEqualTo(1);
    assertThat(decoded(new Bytes().text("a").u8(31), Bytes.of(1)).leftover()).isEqualTo(1);
  }
}
