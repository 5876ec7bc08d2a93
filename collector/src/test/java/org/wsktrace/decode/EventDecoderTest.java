package org.wsktrace.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.wsktrace.etl.EventWriter;
import org.wsktrace.etl.layout.ExtendedItem;
import org.wsktrace.etl.layout.MessageHeader;

/** Which description counts, and what becomes of events without one. */
final class EventDecoderTest {
  private static final UUID PROVIDER = UUID.fromString("11111111-2222-3333-4444-555555555555");

  @Test
  void whatNothingDescribesStays() {
    DecodedEvent event =
        Logged.last(EventWriter.at(1).from(PROVIDER, 4, 8).id(3).payload((byte) 1));

    assertThat(event).isEqualTo(new DecodedEvent("", "", Origin.UNKNOWN, List.of(), 1));
  }

  @Test
  void whatNothingDescribesHasTheNameOfItsProvider() {
    EventWriter event =
        EventWriter.at(1)
            .from(PROVIDER, 4, 8)
            .item(ExtendedItem.PROVIDER_TRAITS, new Bytes().text("Named").sized());

    assertThat(Logged.last(event))
        .isEqualTo(new DecodedEvent("Named", "", Origin.UNKNOWN, List.of(), 0));
  }

  @Test
  void messagesKeepTheirArgumentsAsBytes() {
    EventWriter message =
        EventWriter.message(1, PROVIDER, 12, MessageHeader.FLAG_GUID).payload((byte) 1, (byte) 2);

    assertThat(Logged.last(message))
        .hasToString(
            "DecodedEvent[provider=, event=, origin=WPP, fields=[Arguments=0102], leftover=0]");
  }

  @Test
  void anEventsOwnDescriptionCountsBeforeAManifest() throws IOException {
    Schemas schemas = new Schemas();
    schemas.addManifest(
        new ByteArrayInputStream(ManifestTest.MANIFEST.getBytes(StandardCharsets.UTF_8)));
    EventWriter plain = EventWriter.at(1).from(ManifestTest.PROVIDER, 4, 8).id(4);
    EventWriter described =
        EventWriter.at(2)
            .from(ManifestTest.PROVIDER, 4, 8)
            .id(4)
            .item(ExtendedItem.EVENT_SCHEMA, Bytes.of(0).text("Own").sized());

    assertThat(Logged.decoded(schemas, plain, described))
        .extracting(DecodedEvent::event)
        .containsExactly("OnlySymbol", "Own");
  }

  @Test
  void aDescriptionOfTooManyFieldsCostsWhatThePayloadHas() throws IOException {
    String fields = "<data name=\"a\" inType=\"win:UInt8\"/>".repeat(200_000);
    String manifest =
        "<m><provider name=\"P\" guid=\""
            + PROVIDER
            + "\"><template tid=\"T\">"
            + fields
            + "</template><event value=\"1\" template=\"T\"/></provider></m>";
    Schemas schemas = new Schemas();
    schemas.addManifest(new ByteArrayInputStream(manifest.getBytes(StandardCharsets.UTF_8)));

    DecodedEvent event =
        Logged.decoded(
                schemas,
                EventWriter.at(1).from(PROVIDER, 4, 8).id(1).payload(Bytes.of(7, 8).array()))
            .getFirst();

    assertThat(event.fields()).hasToString("[a=7, a=8]");
  }
}
