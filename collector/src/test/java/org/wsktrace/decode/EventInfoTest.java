package org.wsktrace.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.wsktrace.etl.EventWriter;

/** Descriptions that were merged into the file: TRACE_EVENT_INFO and EVENT_MAP_INFO. */
final class EventInfoTest {
  private static final UUID METADATA = UUID.fromString("bbccf6c1-6cd1-48c4-80ff-839482e37671");
  private static final UUID PROVIDER = UUID.fromString("e13c0d23-ccbc-4e12-931b-d9cc2eee27e4");
  private static final UUID CLASS = UUID.fromString("9aec974b-5b8e-4118-9b92-3186d8002ce5");
  private static final int UNICODE = 1;
  private static final int U8 = 4;
  private static final int U16 = 6;
  private static final int U32 = 8;
  private static final int BINARY = 14;
  private static final int POINTER = 16;

  /** TRACE_EVENT_INFO, field by field; texts stand behind the properties. */
  private static final class InfoWriter {
    private final List<Bytes> properties = new ArrayList<>();
    private final Bytes texts = new Bytes();
    private final int room;
    private int top = -1;
    private int source;
    private String task = "";
    private String opcodeName = "";
    private int opcode;

    /**
     * @param room properties that it will have
     */
    InfoWriter(int room) {
      this.room = room;
    }

    private long put(String text) {
      if (text.isEmpty()) {
        return 0;
      }
      long at = 112 + 24L * room + texts.size();
      texts.wide(text);
      return at;
    }

    InfoWriter property(
        int flags, String name, int in, int out, String map, int count, int length) {
      properties.add(
          new Bytes().u32(flags, put(name)).u16(in, out).u32(put(map)).u16(count, length).u32(0));
      return this;
    }

    InfoWriter field(String name, int in, int out) {
      return property(0, name, in, out, "", 1, 0);
    }

    InfoWriter top(int count) {
      top = count;
      return this;
    }

    InfoWriter called(String newTask, int newOpcode, String newOpcodeName) {
      task = newTask;
      opcode = newOpcode;
      opcodeName = newOpcodeName;
      return this;
    }

    InfoWriter classic() {
      source = 1;
      return this;
    }

    EventWriter event(int id, int version) {
      long provider = put("Test-Provider");
      long taskName = put(task);
      long opcodeText = put(opcodeName);
      Bytes bytes =
          new Bytes()
              .guid(PROVIDER)
              .guid(CLASS)
              .u16(id)
              .u8(version, 0, 4, opcode)
              .u16(0)
              .u64(0)
              .u32(source, provider, 0, 0, 0, taskName, opcodeText, 0, 0, 0, 0, 0, 0)
              .u32(properties.size(), top < 0 ? properties.size() : top, 0);
      properties.forEach(property -> bytes.raw(property.array()));
      return EventWriter.classic(1, METADATA, 32).payload(bytes.raw(texts.array()).array());
    }
  }

  private static EventWriter logged(int id, int version, Bytes payload) {
    return EventWriter.at(2).from(PROVIDER, 4, 8).id(id).version(version).payload(payload.array());
  }

  private static EventWriter map(String name, int flags, long... textsAndValues) {
    return EventWriter.classic(1, METADATA, 33).payload(mapBytes(name, flags, textsAndValues));
  }

  /** Entries "one", "two" and so on with these values. */
  private static byte[] mapBytes(String name, int flags, long... values) {
    String[] words = {"zero ", "one ", "two "};
    Bytes texts = new Bytes();
    Bytes entries = new Bytes();
    long start = 16 + 8L * values.length;
    for (int i = 0; i < values.length; i++) {
      entries.u32(start + texts.size(), values[i]);
      texts.wide(words[i]);
    }
    return new Bytes()
        .guid(PROVIDER)
        .u32(start + texts.size(), flags, values.length, 0)
        .raw(entries.array())
        .raw(texts.array())
        .wide(name)
        .array();
  }

  @Test
  void fieldsAndNames() {
    EventWriter info =
        new InfoWriter(3)
            .field("Name", UNICODE, 0)
            .field("Address", POINTER, 0)
            .field("Status", U32, 31)
            .called("Request", 1, "win:Start ")
            .event(7, 2);

    DecodedEvent event =
        Logged.last(info, logged(7, 2, new Bytes().wide("x").u64(16).u32(0xC000_0005L)));

    assertThat(event.provider()).isEqualTo("Test-Provider");
    assertThat(event.event()).isEqualTo("Request/Start");
    assertThat(event.origin()).isEqualTo(Origin.EVENT_INFO);
    assertThat(event.fields())
        .hasToString("[Name=x, Address=0x0000000000000010, Status=0xc0000005]");
    assertThat(event.leftover()).isZero();
  }

  @Test
  void pointersAreThoseOfTheEventNotOfTheMachineThatMerged() {
    EventWriter info = new InfoWriter(1).field("Address", POINTER, 0).event(7, 0);

    // 18 is EVENT_HEADER of a 32-bit program.
    DecodedEvent event = Logged.last(info, logged(7, 0, new Bytes().u32(16)).type(18));

    assertThat(event.fields()).hasToString("[Address=0x00000010]");
  }

  @Test
  void anotherVersionIsAnotherEvent() {
    EventWriter info = new InfoWriter(1).field("a", U8, 0).event(7, 1);

    DecodedEvent event = Logged.last(info, logged(7, 2, Bytes.of(1)));

    assertThat(event)
        .isEqualTo(new DecodedEvent("Test-Provider", "", Origin.UNKNOWN, List.of(), 1));
  }

  @Test
  void lengthsAndCountsOfOtherProperties() {
    EventWriter info =
        new InfoWriter(6)
            .field("Size", U16, 0)
            .property(2, "Data", BINARY, 0, "", 1, 0) // Length: property 0.
            .field("Count", U8, 0)
            .property(4, "Items", U16, 0, "", 2, 0) // Count: property 2.
            .property(0x20, "One", U8, 0, "", 1, 0) // An array of one.
            .property(0, "Two", U8, 0, "", 2, 0)
            .event(7, 0);

    DecodedEvent event =
        Logged.last(info, logged(7, 0, new Bytes().u16(2).u8(1, 2, 2).u16(5, 6).u8(7, 8, 9)));

    assertThat(event.fields())
        .hasToString("[Size=2, Data=0102, Count=2, Items=[5, 6], One=[7], Two=[8, 9]]");
    assertThat(event.leftover()).isZero();
  }

  @Test
  void structsHaveTheirMembersAmongTheProperties() {
    EventWriter info =
        new InfoWriter(4)
            .field("Count", U8, 0)
            .property(1 | 4, "Points", 2, 2, "", 0, 0) // Members: 2 from property 2.
            .field("X", U8, 0)
            .field("Y", U16, 0)
            .top(2)
            .event(7, 0);

    DecodedEvent event = Logged.last(info, logged(7, 0, Bytes.of(2, 1).u16(2).u8(3).u16(4)));

    assertThat(event.fields()).hasToString("[Count=2, Points=[[X=1, Y=2], [X=3, Y=4]]]");
  }

  @Test
  void mapsMayComeBehindTheEventsThatUseThem() {
    EventWriter info =
        new InfoWriter(2)
            .property(0, "Kind", U32, 0, "Kinds", 1, 4)
            .property(0, "Bits", U32, 18, "Masks", 1, 4)
            .event(7, 0);
    EventWriter event = logged(7, 0, new Bytes().u32(5, 3));
    Schemas schemas = new Schemas();
    EventDecoder decoder = new EventDecoder(schemas);

    List<DecodedEvent> seen = new ArrayList<>();
    for (var record :
        Logged.events(info, event, map("Kinds", 1, 4, 5), map("Masks", 2, 1, 2), event)) {
      schemas.learn(record);
      seen.add(decoder.decode(record));
    }

    assertThat(seen.get(1).fields()).hasToString("[Kind=5, Bits=0x00000003]");
    // TDH puts a blank behind each name.
    assertThat(seen.get(4).fields()).hasToString("[Kind=one, Bits=zero | one]");
    assertThat(schemas.refused()).isZero();
  }

  @Test
  void classicEventsGoByClassOpcodeAndVersion() {
    EventWriter info =
        new InfoWriter(1).field("a", U8, 0).classic().called("Image", 10, "Load").event(0, 3);

    DecodedEvent event =
        Logged.last(
            info,
            EventWriter.classic(2, CLASS, 11).version(3).payload((byte) 1),
            EventWriter.classic(2, CLASS, 10).version(3).payload((byte) 1));

    assertThat(event.event()).isEqualTo("Image/Load");
    assertThat(event.fields()).hasToString("[a=1]");
  }

  @Test
  void descriptionsThatLieDecodeWhatMakesSense() {
    // Asks property 9, of two; says it has more properties than it has room for.
    EventWriter asks =
        new InfoWriter(2).field("a", U8, 0).property(2, "b", BINARY, 0, "", 1, 9).event(7, 0);
    EventWriter more = new InfoWriter(1).field("a", U8, 0).top(60_000).event(8, 0);
    // A struct that is its own member.
    EventWriter itself = new InfoWriter(1).property(1, "s", 0, 1, "", 1, 0).event(9, 0);
    EventWriter cut = EventWriter.classic(1, METADATA, 32).payload(new byte[111]);
    Schemas schemas = new Schemas();

    List<DecodedEvent> events =
        Logged.decoded(
            schemas,
            asks,
            more,
            itself,
            cut,
            logged(7, 0, Bytes.of(1, 2)),
            logged(8, 0, Bytes.of(1, 2)),
            logged(9, 0, Bytes.of(1, 2)));

    assertThat(events.get(4).fields()).hasToString("[a=1]");
    assertThat(events.get(4).leftover()).isEqualTo(1);
    assertThat(events.get(5).fields()).hasToString("[a=1]");
    assertThat(events.get(6).leftover()).isEqualTo(2);
    assertThat(schemas.refused()).isEqualTo(1);
  }

  @Test
  void namesThatAllLeadIntoOneLongTextAreBounded() {
    Bytes info = new Bytes().guid(PROVIDER).guid(CLASS).u16(7).u8(0, 0, 4, 0).u16(0).u64(0);
    int count = 1000;
    info.u32(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0).u32(count, count, 0);
    int texts = 112 + 24 * count;
    for (int i = 0; i < count; i++) {
      info.u32(0, texts).u16(U8, 0).u32(0).u16(1, 0).u32(0);
    }
    info.raw("x".repeat(15_000).getBytes(StandardCharsets.UTF_16LE));

    DecodedEvent event =
        Logged.last(
            EventWriter.classic(1, METADATA, 32).payload(info.array()),
            logged(7, 0, new Bytes().raw(new byte[count])));

    assertThat(event.fields()).hasSize(count);
    assertThat(event.fields().stream().mapToInt(field -> field.name().length()).sum())
        .isLessThanOrEqualTo(info.size());
  }
}
