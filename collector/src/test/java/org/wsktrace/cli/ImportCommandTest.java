package org.wsktrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wsktrace.source.TextToEtl;
import org.wsktrace.store.Sessions;

final class ImportCommandTest {
  @TempDir private Path folder;
  private Path trace;
  private Path session;

  @BeforeEach
  void write() throws IOException {
    trace = TextToEtl.file(Samples.mdlFreed()).write(folder.resolve("a.etl"));
    session = folder.resolve("a.wskdb");
  }

  @Test
  void aSessionIsWritten() throws IOException {
    Run run = Run.of("import", trace, "-o", session);

    assertThat(run).isEqualTo(new Run(0, session + ": 27 events, 2 findings\n", ""));
    assertThat(Sessions.names(folder)).containsExactly("a.etl", "a.wskdb");
  }

  @Test
  void aSessionIsCheckedAsItsTrace() {
    Run.of("import", trace, "-o", session);

    assertThat(Run.of("check", session)).isEqualTo(Run.of("check", trace));
    assertThat(Run.of("check", session, "--format", "json"))
        .isEqualTo(Run.of("check", trace, "--format", "json"));
  }

  @Test
  void aFileThatIsThereIsReplacedOnlyByForce() throws IOException {
    Files.writeString(session, "precious");

    Run refused = Run.of("import", trace, "-o", session);

    assertThat(refused)
        .isEqualTo(
            new Run(
                ExitStatus.FILE,
                "",
                "wsktrace: "
                    + session
                    + ": the file exists already; give another name, or --force to replace it\n"));
    assertThat(session).hasContent("precious");
    assertThat(Run.of("import", trace, "-o", session, "--force").status()).isZero();
    assertThat(Run.of("check", session).status()).isEqualTo(ExitStatus.FINDINGS);
  }

  @Test
  void aTraceThatCannotBeReadReplacesNothing() throws IOException {
    Files.writeString(session, "precious");
    Files.writeString(folder.resolve("a.wtrace"), "wtrace 1\nIrpFree irp=0x10\nnonsense\n");

    Run run = Run.of("import", folder.resolve("a.wtrace"), "-o", session, "--force");

    assertThat(run.status()).isEqualTo(ExitStatus.FILE);
    assertThat(run.err()).contains("a.wtrace: line 3: ").hasLineCount(1);
    assertThat(session).hasContent("precious");
    assertThat(Sessions.names(folder)).containsExactly("a.etl", "a.wskdb", "a.wtrace");
  }

  @Test
  void aFolderThatIsMissingIsNotMade() throws IOException {
    Path output = folder.resolve("none").resolve("a.wskdb");

    Run run = Run.of("import", trace, "-o", output);

    assertThat(run)
        .isEqualTo(
            new Run(
                ExitStatus.FILE,
                "",
                "wsktrace: %s: there is no folder %s; make it, or give another name\n"
                    .formatted(output, folder.resolve("none"))));
    assertThat(Sessions.names(folder)).containsExactly("a.etl");
  }

  @Test
  void aFolderIsNotReplaced() {
    Run run = Run.of("import", trace, "-o", folder, "--force");

    assertThat(run)
        .isEqualTo(
            new Run(
                ExitStatus.FILE,
                "",
                "wsktrace: %s: this is a folder; give the name of a file in it\n"
                    .formatted(folder)));
  }

  @Test
  void aFolderThatMayNotBeWritten() throws IOException {
    Path locked = Files.createDirectory(folder.resolve("locked"));
    assumeTrue(locked.toFile().setWritable(false), "this system has no such right");
    assumeTrue(!Files.isWritable(locked), "skipped: root may write everywhere");

    Run run = Run.of("import", trace, "-o", locked.resolve("a.wskdb"));

    assertThat(run.status()).isEqualTo(ExitStatus.FILE);
    assertThat(run.err()).contains("the session cannot be written").hasLineCount(1);
    assertThat(locked).isEmptyDirectory();
  }

  @Test
  void aTraceIsNotReplacedByItsSession() throws IOException {
    byte[] before = Files.readAllBytes(trace);

    Run run = Run.of("import", trace, "-o", trace, "--force");

    assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(run.err())
        .isEqualTo(
            "wsktrace: the session cannot replace its trace; give it another name;"
                + " try 'wsktrace import --help'\n");
    assertThat(trace).hasBinaryContent(before);
  }

  @Test
  void aSessionIsNoTrace() throws IOException {
    Sessions.write(session);

    Run run = Run.of("import", session, "-o", folder.resolve("b.wskdb"));

    assertThat(run)
        .isEqualTo(
            new Run(
                ExitStatus.USAGE,
                "",
                "wsktrace: %s is no trace but a session; check it as it is; try 'wsktrace import --help'\n"
                    .formatted(session)));
  }
}
