package org.wsktrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wsktrace.etl.BufferWriter;
import org.wsktrace.etl.EtlWriter;
import org.wsktrace.etl.EventWriter;
import org.wsktrace.event.WskEvent;
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
            providers
                                 3  WskTrace
                                 1  without a GUID
                                 1  kernel:EventTrace
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

  @Test
  void whatIsMissingHasALineEach() throws IOException {
    Path file =
        new EtlWriter()
            .lost(3, 1)
            .buffer(BufferWriter.on(0).add(EventWriter.at(1).id(1)).flags(2))
            .buffer(BufferWriter.on(0).offset(1 << 20))
            .write(folder.resolve("a.etl"));

    assertThat(Run.of("info", file).out())
        .contains(
            """
            lost        the session lost 3 events and 1 buffer
            missing     1 buffer behind lost events
                        1 buffer that could not be read to the end
            """);
  }

  @Test
  void jsonOfAnEtl() throws IOException {
    Path file =
        new EtlWriter()
            .bufferSize(1 << 16)
            .buffer(TextToEtl.buffer(GAP).add(EventWriter.at(3).id(1).item(10, (byte) 1)))
            .write(folder.resolve("a.etl"));

    Map<String, @Nullable Object> info = json(file);

    assertThat(info)
        .containsEntry("format", 1L)
        .containsEntry("file", "a.etl")
        .containsEntry("kind", "etl")
        .containsEntry("bytes", 131072L)
        .containsEntry("os_build", "10.0.26100")
        .containsEntry("ptr", 8L)
        .containsEntry("buffer_size", 65536L)
        .containsEntry("buffers", 2L)
        .containsEntry("compressed_buffers", 0L)
        .containsEntry("uncompressed_bytes", 131072L)
        .containsEntry("events", 5L)
        .containsEntry("header_types", Map.of("SYSTEM64", 1L, "EVENT64", 4L))
        .containsEntry("ext_items", Map.of("10", 1L))
        .containsEntry("events_lost", 0L)
        .containsEntry("mode", "0x00000001")
        .containsEntry("first_event", "2026-01-01T00:00:00.000000")
        .containsEntry("last_event", "2026-01-01T00:00:00.002210")
        .containsEntry("session", "Test")
        .containsEntry("start", "2026-01-01T00:00:00.0000000Z")
        .containsEntry("end", "2026-01-01T00:00:01.0000000Z")
        .containsEntry("clock", "qpc")
        .containsEntry("processors", 4L)
        .containsEntry("compression", "none")
        .containsEntry("complete", true);
    assertThat(info.get("providers_and_kernel_groups"))
        .isEqualTo(
            List.of(
                Map.of("name", "WskTrace", "guid", WskEvent.PROVIDER, "events", 3L),
                Map.of("name", "", "events", 1L),
                Map.of("name", "kernel:EventTrace", "events", 1L)));
    assertThat(info.get("wsktrace"))
        .isEqualTo(
            Map.of(
                "events",
                3L,
                "duration_nanos",
                2_200_000L,
                "unknown_events",
                0L,
                "damaged_events",
                0L,
                "dropped_events",
                0L,
                "by_event",
                Map.of("DriverLoad", 1L, "IrpFree", 2L),
                "losses",
                List.of(
                    Map.of("first_seq", 3L, "last_seq", 4L, "count", 2L, "reason", "sequence_gap")),
                "drivers",
                List.of(
                    Map.of("name", "client.sys", "base", "0xfffff80312340000", "size", 32768L))));
  }

  @Test
  void jsonOfATextTraceAndOfASession() throws IOException {
    Path trace = Files.writeString(folder.resolve("a.wtrace"), GAP);
    Path session = folder.resolve("a.wskdb");
    Run.of("import", trace, "-o", session);

    Map<String, @Nullable Object> ofTrace = json(trace);
    Map<String, @Nullable Object> ofSession = json(session);

    assertThat(ofTrace).containsEntry("kind", "wtrace").containsEntry("bytes", Files.size(trace));
    assertThat(ofSession)
        .containsEntry("kind", "wskdb")
        .containsEntry("source", "a.wtrace")
        .containsEntry("wsktrace", ofTrace.get("wsktrace"));
  }

  private static Map<String, @Nullable Object> json(Path file) {
    return JsonTree.object(Run.of("info", file, "--format", "json").out());
  }
}
