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

final class CsvLinesTest {
  private static final String COLUMNS =
      "seq,time,nanos,processor,pid,tid,header_type,provider,guid,id,version,opcode,level,task,"
          + "keyword,event,origin,fields,names,leftover,raw,extra\r\n";

  @Test
  void aLineOfNamesAndALineOfValues() throws IOException {
    var decoded =
        new DecodedEvent(
            "Ren\u00e9, \"Provider\"\nof lines",
            "E",
            Origin.EVENT_INFO,
            List.of(
                new Field("a", new Value.Text("x,y")),
                new Field("b", new Value.Named(new Value.Int(1), "One"))),
            1);

    assertThat(
            csv(
                EventWriter.at(10)
                    .from(UUID.fromString("1e0b3d2a-5c4f-4a6b-8d7e-9f0a1b2c3d4e"), -1, 8)
                    .id(1)
                    .payload((byte) 0xFE),
                decoded))
        .isEqualTo(
            COLUMNS
                + "3,2026-01-01T00:00:00.0000010Z,1000,2,,8,EVENT64,"
                + "\"Ren\u00e9, \"\"Provider\"\"\nof lines\",1e0b3d2a-5c4f-4a6b-8d7e-9f0a1b2c3d4e,"
                + "1,0,0,4,0,0x0000000000000000,E,event_info,"
                + "\"{\"\"a\"\":\"\"x,y\"\",\"\"b\"\":1}\",\"{\"\"b\"\":\"\"One\"\"}\",1,fe,\r\n");
  }

  @Test
  void whatOnlySomeEventsHaveIsInTheLastColumn() throws IOException {
    assertThat(
            csv(
                EventWriter.at(10).item(10, (byte) 7),
                new DecodedEvent("", "", Origin.UNKNOWN, List.of(), 0)))
        .endsWith(",0,,\"{\"\"items\"\":[{\"\"type\"\":10,\"\"data\"\":\"\"07\"\"}]}\"\r\n");
  }

  @Test
  void noEventIsOnlyTheNames() throws IOException {
    var out = new ByteArrayOutputStream();
    new CsvLines(out).flush();

    assertThat(out).hasToString(COLUMNS);
  }

  private static String csv(EventWriter event, DecodedEvent decoded) throws IOException {
    var out = new ByteArrayOutputStream();
    var lines = new CsvLines(out);
    lines.print(3, Records.of(event), decoded);
    lines.flush();
    return out.toString(StandardCharsets.UTF_8);
  }
}
