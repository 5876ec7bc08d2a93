package org.wsktrace.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.wsktrace.decode.manifest.ManifestException;
import org.wsktrace.etl.EtlFile;
import org.wsktrace.etl.EventWriter;

/** Instrumentation manifests that the caller gives. */
final class ManifestTest {
  static final UUID PROVIDER = UUID.fromString("5d8e3a4c-6a5a-4d71-b9b8-0c4a7a3d2f11");

  static final String MANIFEST =
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <instrumentationManifest xmlns="http://schemas.microsoft.com/win/2004/08/events"
          xmlns:win="http://manifests.microsoft.com/win/2004/08/windows/events"
          xmlns:xs="http://www.w3.org/2001/XMLSchema">
        <instrumentation><events>
          <provider name="Test-Net" guid="{5D8E3A4C-6A5A-4D71-B9B8-0C4A7A3D2F11}" symbol="P">
            <tasks>
              <task name="Connect" value="1"><opcodes><opcode name="Refused" value="20"/></opcodes></task>
              <task name="Send" value="2"/>
            </tasks>
            <opcodes><opcode name="Chunk" value="11"/></opcodes>
            <maps>
              <valueMap name="Family"><map value="2" message="$(string.V4)"/><map value="0x17" message="$(string.V6)"/></valueMap>
              <bitMap name="Flags"><map value="0x1" message="$(string.Fast)" symbol="F"/><map value="0x4" symbol="SLOW"/></bitMap>
            </maps>
            <templates>
              <template tid="Connected">
                <data name="Family" inType="win:UInt16" map="Family"/>
                <data name="Flags" inType="win:UInt32" outType="win:HexInt32" map="Flags"/>
                <data name="Size" inType="win:UInt32"/>
                <data name="Address" inType="win:Binary" outType="win:SocketAddress" length="Size"/>
                <data name="Host"/>
              </template>
              <template tid="Sent">
                <data name="Count" inType="win:UInt8"/>
                <struct name="Parts" count="Count">
                  <data name="Length" inType="win:UInt16"/>
                  <data name="Text" inType="win:AnsiString" length="Length"/>
                </struct>
                <data name="Ip" inType="win:Binary" outType="win:IPv6"/>
                <data name="Fixed" inType="win:UnicodeString" length="3"/>
              </template>
            </templates>
            <events>
              <event value="1" version="0" task="Connect" opcode="win:Start" template="Connected" symbol="S1"/>
              <event value="1" version="1" task="Connect" opcode="Refused" symbol="S1_V1"/>
              <event value="2" task="Send" opcode="Chunk" template="Sent"/>
              <event value="3" task="Send" opcode="win:Info"/>
              <event value="0x4" symbol="OnlySymbol"/>
              <event value="5" name="Named" task="Send"/>
            </events>
          </provider>
        </events></instrumentation>
        <localization>
          <resources culture="de-DE"><stringTable>
            <string id="V4" value="Vier"/><string id="V6" value="Sechs"/><string id="Fast" value="schnell"/>
          </stringTable></resources>
          <resources culture="en-US"><stringTable>
            <string id="V4" value="IPv4"/><string id="V6" value="IPv6"/><string id="Fast" value="fast"/>
          </stringTable></resources>
        </localization>
      </instrumentationManifest>
      """;

  private static EventWriter event(int id, int version, Bytes payload) {
    return EventWriter.at(1).from(PROVIDER, 4, 8).id(id).version(version).payload(payload.array());
  }

  private static Schemas with(String manifest, Charset charset) throws IOException {
    Schemas schemas = new Schemas();
    schemas.addManifest(new ByteArrayInputStream(manifest.getBytes(charset)));
    return schemas;
  }

  private static DecodedEvent decoded(EventWriter event) throws IOException {
    return Logged.decoded(with(MANIFEST, StandardCharsets.UTF_8), event).getFirst();
  }

  @Test
  void mapsLengthsAndDefaults() throws IOException {
    Bytes address = new Bytes().u16(2).u8(0x1F, 0x90, 10, 0, 0, 1).u64(0);

    DecodedEvent event =
        decoded(event(1, 0, new Bytes().u16(2).u32(5, 16).raw(address.array()).wide("localhost")));

    assertThat(event.provider()).isEqualTo("Test-Net");
    assertThat(event.event()).isEqualTo("Connect/Start");
    assertThat(event.origin()).isEqualTo(Origin.MANIFEST);
    assertThat(event.fields())
        .hasToString(
            "[Family=IPv4, Flags=fast | SLOW, Size=16, Address=10.0.0.1:8080, Host=localhost]");
    assertThat(event.leftover()).isZero();
  }

  @Test
  void arraysOfStructsAndFixedLengths() throws IOException {
    Bytes payload =
        Bytes.of(2).u16(2).u8('a', 'b').u16(1).u8('c').raw(new byte[15]).u8(1).bare("x\0\0");

    DecodedEvent event = decoded(event(2, 0, payload));

    assertThat(event.event()).isEqualTo("Send/Chunk");
    assertThat(event.fields())
        .hasToString("[Count=2, Parts=[[Length=2, Text=ab], [Length=1, Text=c]], Ip=::1, Fixed=x]");
    assertThat(event.leftover()).isZero();
  }

  @Test
  void namesOfEvents() throws IOException {
    assertThat(decoded(event(1, 1, new Bytes())).event()).isEqualTo("Connect/Refused");
    assertThat(decoded(event(3, 0, new Bytes())).event()).isEqualTo("Send");
    assertThat(decoded(event(4, 0, new Bytes())).event()).isEqualTo("OnlySymbol");
    assertThat(decoded(event(5, 0, new Bytes())).event()).isEqualTo("Named");
    // Described, without fields: its bytes are left.
    assertThat(decoded(event(5, 0, Bytes.of(1, 2))).leftover()).isEqualTo(2);
    assertThat(decoded(event(6, 0, new Bytes())))
        .isEqualTo(new DecodedEvent("Test-Net", "", Origin.UNKNOWN, List.of(), 0));
  }

  @Test
  void encodingsAreAsTheFileSays() throws IOException {
    String utf16 = "\uFEFF" + MANIFEST.replace("UTF-8", "UTF-16");

    assertThat(with(utf16, StandardCharsets.UTF_16LE).providerName(PROVIDER)).isEqualTo("Test-Net");
    assertThat(with("\uFEFF" + MANIFEST, StandardCharsets.UTF_8).providerName(PROVIDER))
        .isEqualTo("Test-Net");
  }

  @Test
  void whatIsNoManifestIsRefusedInOneSentence() {
    for (String text :
        List.of("", "MZ", "<a><b></a>", "<instrumentationManifest/>", MANIFEST.substring(0, 900))) {
      assertThatThrownBy(() -> with(text, StandardCharsets.UTF_8))
          .isInstanceOf(ManifestException.class)
          .message()
          .startsWith("this is not an instrumentation manifest")
          .endsWith(".")
          .doesNotContain("\n");
    }
  }

  @Test
  void entitiesAndDoctypesAreRefused() throws IOException {
    Path secret = Files.createTempFile("secret", ".txt");
    try {
      Files.writeString(secret, "SECRET");
      for (String doctype :
          List.of(
              "<!DOCTYPE a [<!ENTITY x SYSTEM \"" + secret.toUri() + "\">]>",
              "<!DOCTYPE a [<!ENTITY y \"yyyyyyyyyy\"><!ENTITY x \"&y;&y;&y;&y;\">]>",
              "<!DOCTYPE a SYSTEM \"" + secret.toUri() + "\">")) {
        String manifest =
            MANIFEST.replace("?>", "?>" + doctype).replace("value=\"IPv4\"", "value=\"&x;\"");

        assertThatThrownBy(() -> with(manifest, StandardCharsets.UTF_8))
            .isInstanceOf(ManifestException.class)
            .message()
            .doesNotContain("SECRET");
      }
    } finally {
      Files.delete(secret);
    }
  }

  @Test
  void tooManyElementsAreRefused() {
    String many = MANIFEST.replace("<tasks>", "<tasks>" + "<a/>".repeat(1_200_000));
    String deep = MANIFEST.replace("<tasks>", "<tasks>" + "<a>".repeat(100_000));

    assertThatThrownBy(() -> with(many, StandardCharsets.UTF_8)).hasMessageContaining("too many");
    assertThatThrownBy(() -> with(deep, StandardCharsets.UTF_8)).hasMessageContaining("too many");
  }

  @Test
  void lengthsThatNobodyHasEndTheDecoding() throws IOException {
    String broken = MANIFEST.replace("length=\"Size\"", "length=\"Missing\"");
    Schemas schemas = with(broken, StandardCharsets.UTF_8);

    DecodedEvent event =
        Logged.decoded(schemas, event(1, 0, new Bytes().u16(2).u32(5, 1).u8(1, 2))).getFirst();

    assertThat(event.fields()).hasToString("[Family=IPv4, Flags=fast | SLOW, Size=1]");
    assertThat(event.leftover()).isEqualTo(2);
  }

  /** The repository's own provider, of which this package knows nothing. */
  @Test
  void everyEventOfASampleIsDecodedByTheManifestOfItsProvider() throws IOException {
    Schemas schemas = new Schemas();
    try (var in = Files.newInputStream(Path.of("..", "schema", "wsktrace.man"))) {
      schemas.addManifest(in);
    }
    EventDecoder decoder = new EventDecoder(schemas);
    List<DecodedEvent> events = new ArrayList<>();
    try (EtlFile etl = EtlFile.open(Path.of("samples", "mdl-freed.etl"))) {
      etl.read(event -> events.add(decoder.decode(event)));
    }
    List<DecodedEvent> own =
        events.stream().filter(event -> event.provider().equals("WskTrace")).toList();

    assertThat(own).hasSizeGreaterThan(10);
    assertThat(own)
        .allSatisfy(
            event -> {
              assertThat(event.origin()).isEqualTo(Origin.MANIFEST);
              assertThat(event.event()).isNotEmpty();
              assertThat(event.leftover()).as("%s", event).isZero();
              assertThat(event.fields().getFirst().name()).isEqualTo("Seq");
            });
    assertThat(own).extracting(DecodedEvent::event).contains("SessionInfo", "SendEnter", "MdlFree");
    DecodedEvent send =
        own.stream().filter(event -> event.event().equals("SendEnter")).findFirst().orElseThrow();
    assertThat(send.fields())
        .anySatisfy(
            field -> {
              assertThat(field.name()).isEqualTo("IrpSnap");
              assertThat(field.value()).isInstanceOf(Value.Struct.class);
            });
  }
}
