package org.wsktrace.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.wsktrace.etl.EventWriter;

/** Manifests that .NET's EventSources log into the trace, in pieces. */
final class EventSourceTest {
  private static final UUID SOURCE = UUID.fromString("8e9f5090-2d75-4d03-8a81-e5afbf85daf1");
  private static final UUID OTHER = UUID.fromString("8e9f5090-2d75-4d03-8a81-e5afbf85daf2");

  /** Of a source with one event, 1, that has one field. */
  private static String manifest(String field, String type) {
    return """
        <instrumentationManifest xmlns="http://schemas.microsoft.com/win/2004/08/events">
         <instrumentation xmlns:win="http://manifests.microsoft.com/win/2004/08/windows/events">
          <events>
           <provider name="My-Source" guid="{%s}" symbol="MySource">
            <tasks><task name="Request" value="65533"/></tasks>
            <events><event value="1" version="0" level="win:Informational" symbol="RequestStart"
                task="Request" opcode="win:Start" template="Args"/></events>
            <templates><template tid="Args"><data name="%s" inType="win:%s"/></template></templates>
           </provider>
          </events>
         </instrumentation>
        </instrumentationManifest>
        """
        .formatted(SOURCE, field, type);
  }

  private static EventWriter piece(UUID source, int process, int total, int number, byte[] xml) {
    Bytes payload = Bytes.of(1, 1, 0, 0x5B).u16(total, number).raw(xml);
    return EventWriter.at(1)
        .from(source, process, 8)
        .id(0xFFFE)
        .kind(0, 0, 0xFE, 0xFFFE)
        .payload(payload.array());
  }

  /** The pieces of a manifest, as one process logs them. */
  private static EventWriter[] pieces(int process, String xml, int total) {
    byte[] bytes = xml.getBytes(StandardCharsets.UTF_8);
    int size = (bytes.length + total - 1) / total;
    EventWriter[] pieces = new EventWriter[total];
    for (int i = 0; i < total; i++) {
      byte[] piece = Arrays.copyOfRange(bytes, i * size, Math.min(bytes.length, (i + 1) * size));
      pieces[i] = piece(SOURCE, process, total, i, piece);
    }
    return pieces;
  }

  private static EventWriter event(int process, int... payload) {
    return EventWriter.at(2).from(SOURCE, process, 8).id(1).payload(Bytes.of(payload).array());
  }

  @Test
  void aManifestMayComeBehindItsEvents() {
    List<DecodedEvent> events =
        Logged.decoded(
            new Schemas(), event(10, 7, 0, 0, 0), pieces(10, manifest("Id", "Int32"), 1)[0]);

    assertThat(events.getFirst())
        .hasToString(
            "DecodedEvent[provider=My-Source, event=Request/Start, origin=MANIFEST,"
                + " fields=[Id=7], leftover=0]");
  }

  @Test
  void thePieceItselfIsDecoded() {
    DecodedEvent piece = Logged.last(pieces(10, manifest("Id", "Int32"), 1));

    assertThat(piece.provider()).isEqualTo("My-Source");
    assertThat(piece.event()).isEqualTo("ManifestData");
    assertThat(piece.fields())
        .extracting(Field::name)
        .containsExactly(
            "Format", "MajorVersion", "MinorVersion", "Magic", "TotalChunks", "ChunkNumber", "Xml");
    assertThat(piece.leftover()).isZero();
  }

  @Test
  void piecesOfTwoProcessesMayBeMixedAndOutOfOrder() {
    EventWriter[] ten = pieces(10, manifest("Id", "Int32"), 3);
    EventWriter[] twenty = pieces(20, manifest("Name", "UInt8"), 2);

    List<DecodedEvent> events =
        Logged.decoded(
            new Schemas(),
            ten[0],
            twenty[1],
            ten[2],
            twenty[0],
            ten[1],
            event(10, 7, 0, 0, 0),
            event(20, 7),
            event(30, 8, 0, 0, 0));

    // Each process as it said itself; one that said nothing as the last one that did.
    assertThat(events.subList(5, 8))
        .extracting(event -> event.fields().toString())
        .containsExactly("[Id=7]", "[Name=7]", "[Id=8]");
  }

  @Test
  void whatIsNotCompletedIsReplacedByANewRound() {
    EventWriter[] first = pieces(10, manifest("Old", "UInt8"), 2);
    EventWriter[] second = pieces(10, manifest("New", "UInt8"), 2);

    DecodedEvent event = Logged.last(first[0], second[0], second[1], event(10, 7));

    assertThat(event.fields()).hasToString("[New=7]");
  }

  @Test
  void aSourceSpeaksForItselfOnly() {
    byte[] xml = manifest("Id", "Int32").getBytes(StandardCharsets.UTF_8);

    DecodedEvent event = Logged.last(piece(OTHER, 10, 1, 0, xml), event(10, 1, 0, 0, 0));

    assertThat(event.origin()).isEqualTo(Origin.UNKNOWN);
  }

  @Test
  void whatMakesNoSenseIsCounted() {
    Schemas schemas = new Schemas();
    byte[] junk = {'<', 'a', '>', (byte) 0xFF, 0};

    List<DecodedEvent> events =
        Logged.decoded(
            schemas,
            piece(SOURCE, 10, 1, 0, junk),
            piece(SOURCE, 10, 1, 1, junk),
            piece(SOURCE, 10, 0, 0, junk),
            event(10, 1));

    assertThat(events.getLast().origin()).isEqualTo(Origin.UNKNOWN);
    assertThat(schemas.refused()).isEqualTo(3);
  }

  @Test
  void piecesThatNeverEndAreBounded() {
    Schemas schemas = new Schemas();
    byte[] large = new byte[60_000];
    EventWriter[] pieces = new EventWriter[4];
    for (int round = 0; round < 100; round++) {
      for (int i = 0; i < pieces.length; i++) {
        pieces[i] = piece(SOURCE, round, 60_000, i, large);
      }
      Logged.events(pieces).forEach(schemas::learn);
    }
    assertThat(schemas.refused()).isPositive();
    // 24 MB came; what is kept is said in ManifestChunks. A whole one is still taken.
    assertThat(
            Logged.decoded(schemas, pieces(1, manifest("Id", "UInt8"), 1)[0], event(1, 5))
                .getLast()
                .fields())
        .hasToString("[Id=5]");
  }
}
