package org.wsktrace.cli.listing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.wsktrace.decode.DecodedEvent;
import org.wsktrace.decode.Field;
import org.wsktrace.decode.Origin;
import org.wsktrace.decode.Value;
import org.wsktrace.etl.EventWriter;

final class TextLinesTest {
  private static final DecodedEvent UNKNOWN =
      new DecodedEvent("", "", Origin.UNKNOWN, List.of(), 2);

  @Test
  void anEventIsALine() throws IOException {
    var decoded =
        new DecodedEvent(
            "Provider",
            "Send",
            Origin.MANIFEST,
            List.of(
                new Field("Irp", new Value.Hex(16, 8)),
                new Field("Name", new Value.Text("a\u001b[2J\nb")),
                new Field("Status", new Value.Named(new Value.Int(3), "Busy")),
                new Field(
                    "Ends",
                    new Value.Struct(
                        List.of(
                            new Field("to", new Value.Ip("10.0.0.1")),
                            new Field(
                                "x",
                                new Value.Array(List.of(new Value.Int(1), new Value.Int(2)))))))),
            0);

    assertThat(text(EventWriter.at(10_000_025), decoded))
        .isEqualTo(
            "#5  1.0000025  cpu 2  4:8  Provider Send  Irp=0x0000000000000010 Name=\"a?[2J?b\""
                + " Status=3 (Busy) Ends={to=10.0.0.1 x=[1 2]}\n");
  }

  @Test
  void anUnknownEventIsItsNumbersAndItsBytes() throws IOException {
    UUID guid = UUID.fromString("1e0b3d2a-5c4f-4a6b-8d7e-9f0a1b2c3d4e");

    assertThat(
            text(EventWriter.at(-5).from(guid, -1, 8).id(12).payload((byte) 1, (byte) 2), UNKNOWN))
        .isEqualTo(
            "#5  -0.0000005  cpu 2  -:8  1e0b3d2a-5c4f-4a6b-8d7e-9f0a1b2c3d4e id 12  [2 bytes:"
                + " 0102]\n");
    assertThat(text(EventWriter.system(0, 3, 1).payload((byte) 1, (byte) 2), UNKNOWN))
        .endsWith("  kernel group 0x03 opcode 0x01  [2 bytes: 0102]\n");
  }

  @Test
  void manyBytesAreCut() throws IOException {
    var decoded = new DecodedEvent("", "", Origin.UNKNOWN, List.of(), 100);

    assertThat(text(EventWriter.at(1).payload(new byte[100]), decoded))
        .endsWith("  [100 bytes: " + "00".repeat(64) + "...]\n");
  }

  private static String text(EventWriter event, DecodedEvent decoded) throws IOException {
    var out = new ByteArrayOutputStream();
    var lines = new TextLines(out, StandardCharsets.UTF_8);
    lines.print(5, Records.of(event), decoded);
    lines.flush();
    return out.toString(StandardCharsets.UTF_8);
  }
}
