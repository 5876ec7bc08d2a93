package org.wsktrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wsktrace.source.TextToEtl;

/** --partial: a file that ends before its trace does. */
final class PartialTest {
  private static final String TRACE =
      """
      wtrace 1
      1 10us DriverLoad base=0xfffff80312340000 imageSize=0x8000 name="client.sys"
      2 20us IrpFree irp=0x10
      """;

  @TempDir private Path folder;

  /** The file ends 4000 bytes before its last buffer does, where there is no event any more. */
  private Path cut() throws IOException {
    byte[] whole = TextToEtl.file(TRACE).toBytes();
    return Files.write(folder.resolve("cut.etl"), Arrays.copyOf(whole, whole.length - 4000));
  }

  @Test
  void withoutItTheRefusalNamesIt() throws IOException {
    Run run = Run.of("check", cut());

    assertThat(run.status()).isEqualTo(ExitStatus.FILE);
    assertThat(run.err())
        .endsWith(
            "Copy it again in whole, after the session was stopped. Or read what is there with"
                + " --partial.\n");
  }

  @Test
  void checkJudgesWhatIsThereAndSaysThatTheEndIsMissing() throws IOException {
    Run run = Run.of("check", "--partial", cut());

    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("WSK-TRC-001")
        .contains("Missing from the trace: 1 event")
        .contains("event 3: the file ends early");
  }

  @Test
  void importKeepsWhatIsThere() throws IOException {
    Path session = folder.resolve("cut.wskdb");

    Run run = Run.of("import", "--partial", cut(), "-o", session);

    assertThat(run.status()).as(run.err()).isZero();
    assertThat(Run.of("info", session).out())
        .contains("WskTrace    2 events")
        .contains("1 event from #3 on: the file ends early");
  }

  @Test
  void infoCountsWhatIsThere() throws IOException {
    Run run = Run.of("info", "--partial", cut());

    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out()).contains("events      3 read (1 SYSTEM64, 2 EVENT64)");
  }
}
