package org.wsktrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wsktrace.etl.EtlWriter;
import org.wsktrace.etl.EventWriter;
import org.wsktrace.source.TextToEtl;

final class InfoCommandTest {
  private static final String GAP =
      """
      wtrace 1
      1 10us DriverLoad base=0xfffff80312340000 imageSize=0x8000 name="client.sys"
      2 20us IrpFree irp=0x10
      5 2210us IrpFree irp=0x20
      """;

  @TempDir private Path folder;

  @Test
  void anEtl() throws IOException {
    Path file =
        new EtlWriter()
            .bufferSize(1 << 16)
            .buffer(TextToEtl.buffer(GAP).add(EventWriter.at(3).id(1)))
            .write(folder.resolve("a.etl"));

    Run run = Run.of("info", file);

    assertThat(run.out())
        .isEqualTo(
            """
            file        a.etl, an ETW trace (.etl), 128.0 KiB
            session     Test
            clock       QPC, 10,000,000 ticks per second
            buffers     2 of 64.0 KiB each
            events      5 read (1 SYSTEM64, 4 EVENT64)
            lost        the session lost 0 events and 0 buffers
            recorded    2026-01-01 00:00:00.000 UTC to 2026-01-01 00:00:01.000 UTC
            Windows     build 26100
            QPC         10,000,000 ticks per second
            processors  4
            WskTrace    3 events over 2.2 ms
                               1  DriverLoad
                               2  IrpFree
            losses
                        2 events from #3 on: sequence numbers are missing
            drivers
                        client.sys at 0xfffff80312340000, 32.0 KiB
            """);
    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isZero();
  }

  @Test
  void aSessionSaysTheSameOfTheTrace() throws IOException {
    Path file = TextToEtl.file(GAP).write(folder.resolve("a.etl"));
    Path session = folder.resolve("a.wskdb");
    Run.of("import", file, "-o", session);

    String info = Run.of("info", session).out();

    assertThat(info).startsWith("file        a.wskdb, a session (.wskdb), ");
    assertThat(info).contains("\nmade from   a.etl, 128.0 KiB, by wsktrace ");
    String trace = Run.of("info", file).out();
    assertThat(info).endsWith(trace.substring(trace.indexOf("recorded")));
  }
}
