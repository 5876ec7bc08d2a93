package org.wsktrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wsktrace.event.FileTime;
import org.wsktrace.recorder.RingImage;
import org.wsktrace.source.TextToEtl;
import org.wsktrace.store.Sessions;

/** What the commands make of MEMORY.DMP and of other images of memory. */
final class CrashDumpTest {
  private static final long START =
      FileTime.of(Instant.parse("2026-11-21T12:00:00Z")).orElseThrow();
  private static final long OLDER =
      FileTime.of(Instant.parse("2026-11-20T09:30:00Z")).orElseThrow();

  @TempDir private Path folder;
  private Path dump;

  @BeforeEach
  void write() throws IOException {
    byte[] bytes = RingImage.started(START).trace(Samples.mdlFreed()).toDump();
    dump = Files.write(folder.resolve("MEMORY.DMP"), bytes);
  }

  @Test
  void aDumpIsJudgedAsTheTraceThatADrainWouldHaveBeen() throws IOException {
    Path etl = TextToEtl.file(Samples.mdlFreed()).write(folder.resolve("a.etl"));

    Run run = Run.of("check", dump);

    assertThat(run).isEqualTo(Run.of("check", etl));
    assertThat(run.status()).isEqualTo(ExitStatus.FINDINGS);
    assertThat(run.out()).startsWith("ERROR WSK-BUF-001: MDL 0xffffb00211130000 was freed");
  }

  @Test
  void aDumpIsImported() throws IOException {
    Path session = folder.resolve("a.wskdb");

    Run run = Run.of("import", dump, "-o", session);

    assertThat(run).isEqualTo(new Run(0, session + ": 27 events, 2 findings\n", ""));
    assertThat(Sessions.names(folder)).containsExactly("MEMORY.DMP", "a.wskdb");
    assertThat(Run.of("check", session)).isEqualTo(Run.of("check", dump));
    assertThat(Run.of("info", session).out())
        .contains("made from   MEMORY.DMP, ")
        .contains("recorded    2026-11-21 12:00:00.000 UTC to 2026-11-21 12:01:00.000 UTC\n");
  }

  @Test
  void infoSaysWhatTheDumpIsAndWhatIsInIt() {
    Run run = Run.of("info", dump);

    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isZero();
    assertThat(run.out())
        .startsWith(
            """
            file        MEMORY.DMP, a Windows crash dump, 24.1 KiB
            dump        kernel, of a machine of 64 bits
            bugcheck    0x000000D1 (0xfffff80312340000, 0x0000000000000002, 0x0000000000000000, 0xfffff80312341010)
            recorder    3 pages of 2 of 4 processors, rings of 256.0 KiB, 27 records
            recorded    2026-11-21 12:00:00.000 UTC to 2026-11-21 12:01:00.000 UTC
            Windows     build 26100
            """)
        .contains("losses      none\n")
        .contains("client.sys at 0xfffff80312340000, 32.0 KiB\n");
  }

  @Test
  void eventsAreListedWithTheNamesOfTheirFields() {
    Run run = Run.of("events", dump, "--id", "MdlFree");

    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .startsWith("#15  0.0055100  cpu 0  4:76  WskTrace MdlFree  ")
        .contains(" Mdl=0xffffb00211130000 ")
        .hasLineCount(1);
  }

  @Test
  void eventsThatNothingPassesAreSaidSo() {
    assertThat(Run.of("events", dump, "--id", "Nothing"))
        .isEqualTo(
            new Run(
                0,
                "",
                "wsktrace: none of the 27 events passes; 'wsktrace info' names the providers\n"));
  }

  @Test
  void whatIsLeftOutIsSaid() throws IOException {
    byte[] good = RingImage.started(START).trace(Samples.mdlFreed()).toBytes();
    byte[] damaged = good.clone();
    damaged[64 + 16 + 80 + 100] ^= 1;
    byte[] older = RingImage.started(OLDER).trace("wtrace 1\n1 1us IrpFree\n").toBytes();
    Path image = image(damaged, older);

    Run check = Run.of("check", image);

    String note =
        "1 older capture left out, the newest is read: started 2026-11-20 09:30:00.000 UTC,"
            + " 1 record";
    String damage = "1 place where a record was written over by somebody else and is left out";
    assertThat(check.err()).isEqualTo("wsktrace: " + note + "\nwsktrace: " + damage + "\n");
    assertThat(check.status()).isEqualTo(ExitStatus.FINDINGS);
    assertThat(Run.of("import", image, "-o", folder.resolve("b.wskdb")).err())
        .isEqualTo(check.err());
    assertThat(Run.of("events", image, "--limit", "100").err()).isEqualTo(check.err());
    assertThat(Run.of("info", image).out())
        .contains("file        a.vmem, an image of memory, ")
        .contains("left out    " + note + "\n            " + damage + "\n");
  }

  @Test
  void jsonHasTheSame() throws IOException {
    byte[] good = RingImage.started(START).trace(Samples.mdlFreed()).toDump();
    byte[] older = RingImage.started(OLDER).trace("wtrace 1\n1 1us IrpFree\n").toBytes();

    Map<?, ?> info =
        JsonTree.object(Run.of("info", "--format", "json", image(good, older, good)).out());

    assertThat(info.get("kind")).isEqualTo("dump");
    assertThat(info.get("dump"))
        .hasToString(
            "{bits=64, type=6, bug_check_code=0x000000d1, bug_check_parameters="
                + List.of(
                    "0xfffff80312340000",
                    "0x0000000000000002",
                    "0x0000000000000000",
                    "0xfffff80312341010")
                + "}");
    assertThat(info.get("recorder"))
        .hasToString(
            "{pages=3, copies=3, rings=2, ring_bytes=262144, records=27, damaged_records=0,"
                + " damaged_pages=0, older_captures=[{start=2026-11-20T09:30:00.0000000Z,"
                + " records=1}], other_layouts=[]}");
  }

  private Path image(byte[]... pieces) throws IOException {
    var bytes = new ByteArrayOutputStream();
    for (byte[] piece : pieces) {
      bytes.writeBytes(piece);
    }
    return Files.write(folder.resolve("a.vmem"), bytes.toByteArray());
  }
}
