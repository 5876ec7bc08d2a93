package org.wsktrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wsktrace.source.TextToEtl;

final class CheckCommandTest {
  @TempDir private Path folder;

  @Test
  void anEtlAndItsTextSayTheSame() throws IOException {
    Path text = Files.writeString(folder.resolve("a.wtrace"), Samples.mdlFreed());
    Path etl = TextToEtl.file(Samples.mdlFreed()).write(folder.resolve("a.etl"));

    assertThat(Run.of("check", etl)).isEqualTo(Run.of("check", text));
    assertThat(Run.of("check", text).status()).isEqualTo(ExitStatus.FINDINGS);
  }

  @Test
  void theProofIsInOrder() throws IOException {
    Run run = check(Samples.mdlFreed());

    assertThat(run.out())
        .startsWith(
            """
            ERROR WSK-BUF-001: MDL 0xffffb00211130000 was freed while WskSend of 3145728 bytes was \
            in flight, 2.19 s before it completed
              where      client.sys+0x15f2
                #13  0.005400 s             cpu 0  thread  76  enter     WskSend of 3145728 bytes on \
            socket 0xffffb00211120000 with IRP 0xffffb00211140000, MDL 0xffffb00211130000 from \
            client.sys+0x15c8
                #14  0.005500 s  +100.0 us  cpu 0  thread  76  return    WskSend returned \
            STATUS_PENDING from client.sys+0x15c8
                #15  0.005510 s  +110.0 us  cpu 0  thread  76  free      IoFreeMdl of MDL \
            0xffffb00211130000 from client.sys+0x15f2
                #16  2.200000 s     +2.2 s  cpu 1  thread 112  complete  WskSend completed with \
            STATUS_SUCCESS, 3145728 bytes
              why        WSK does not buffer""")
        .endsWith(
            """

            1 error, 0 warnings, 0 notes in 27 events over 2.4 s.
            9 rules: 8 passed, 1 violated, 0 not evaluated.
            """);
  }

  @Test
  void theBarOfFailureCanBeSet() throws IOException {
    // An event is missing: a warning and no error.
    Path file =
        Files.writeString(
            folder.resolve("gap.wtrace"), "wtrace 1\n1 IrpFree irp=0x10\n3 IrpFree irp=0x20\n");

    assertThat(Run.of("check", file).status()).isZero();
    assertThat(Run.of("check", file, "--fail-on", "error").status()).isZero();
    assertThat(Run.of("check", file, "--fail-on", "warning").status()).isEqualTo(1);
    assertThat(Run.of("check", file, "--fail-on", "note").status()).isEqualTo(1);
    assertThat(Run.of("check", file).out())
        .startsWith("WARNING WSK-TRC-001: ")
        .contains("0 errors, 1 warning, 0 notes in 2 events")
        .contains("; 1 event is missing from the trace.\n");
  }

  @Test
  void aDriverThatFreesInTimeIsClean() throws IOException {
    String inTime =
        Samples.mdlFreed()
            .lines()
            .filter(line -> !line.startsWith("15 "))
            .map(line -> line.startsWith("16 ") ? line.replaceFirst("16", "15") : line)
            .map(line -> line.startsWith("17 ") ? free("16") + line : line)
            .reduce("", (a, b) -> a + b + "\n");

    Run run = check(inTime);

    assertThat(run.err()).isEmpty();
    assertThat(run.out()).startsWith("Nothing found in 27 events over 2.4 s.\n");
    assertThat(run.status()).isZero();
  }

  private static String free(String seq) {
    return seq
        + " 2.20005s cpu1 tid:112 rva:0x1a70 MdlFree mdl=0xffffb00211130000 va=0xffffb00219990000"
        + " length=3145728 mdlFlags=0x4\n";
  }

  private Run check(String text) throws IOException {
    return Run.of("check", Files.writeString(folder.resolve("a.wtrace"), text));
  }
}
