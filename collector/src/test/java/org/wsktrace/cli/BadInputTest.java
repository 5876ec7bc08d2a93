package org.wsktrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wsktrace.etl.BufferWriter;
import org.wsktrace.etl.EtlWriter;
import org.wsktrace.etl.EventWriter;
import org.wsktrace.recorder.RingImage;
import org.wsktrace.source.TextToEtl;
import org.wsktrace.store.Sessions;

/**
 * What people give by mistake. Each time: one line that says what is wrong and what to do, exit
 * status 3, and no file more or changed.
 */
final class BadInputTest {
  private static final String TRACE = "wtrace 1\n1 10us IrpFree irp=0x10\n";

  @TempDir private Path folder;

  @Test
  void aFileThatIsNotThere() throws IOException {
    refused(folder.resolve("none.etl"), "there is no such file; check the name and the folder");
  }

  @Test
  void aFolder() throws IOException {
    refused(folder, "this is a folder; give a trace file in it");
  }

  @Test
  void anEmptyFile() throws IOException {
    refused(
        Files.createFile(folder.resolve("empty.etl")),
        "the file is empty; stop the recording before its file is copied, and record again");
  }

  @Test
  void aTextFileNamedEtl() throws IOException {
    refused(
        Files.writeString(folder.resolve("notes.etl"), "Dear diary,\n".repeat(100)),
        "this is text, not a recorded trace;"
            + " give the .etl file that was recorded, or name a text trace .wtrace");
  }

  @Test
  void aTextFileNamedSession() throws IOException {
    refused(
        Files.writeString(folder.resolve("notes.wskdb"), "Dear diary,\n"),
        "this is text, not a recorded trace;"
            + " give the .etl file that was recorded, or name a text trace .wtrace");
  }

  @Test
  void bytesNamedEtl() throws IOException {
    refused(
        Files.write(folder.resolve("noise.etl"), new byte[5000]),
        "this is not an .etl trace: it does not begin with the header of a trace."
            + " Give the file that the trace session wrote.");
  }

  @Test
  void bytesOfNoName() throws IOException {
    refused(
        Files.write(folder.resolve("noise.bin"), new byte[5000]),
        "this is no trace, no session and no crash dump, and taken as an image of memory it holds no"
            + " flight recorder; give a file that wskctl drain or Windows wrote, or have a capture"
            + " running (wskctl start) when the machine is imaged");
  }

  @Test
  void aCrashDumpWithoutAFlightRecorder() throws IOException {
    refused(
        Files.write(folder.resolve("MEMORY.DMP"), RingImage.started(1).toDump()),
        "this crash dump holds no flight recorder; have a capture running (wskctl start) when the"
            + " machine crashes, and check that the dump was copied in whole");
  }

  @Test
  void bytesNamedSession() throws IOException {
    refused(
        Files.write(folder.resolve("noise.wskdb"), new byte[5000]),
        "this is no SQLite file, not a wsktrace session;"
            + " give a .wskdb file that wsktrace import wrote");
  }

  @Test
  void aTraceThatWasCut() throws IOException {
    byte[] whole = TextToEtl.file(TRACE).toBytes();

    refused(
        Files.write(folder.resolve("cut.etl"), Arrays.copyOf(whole, whole.length - 4000)),
        "the trace is truncated: ",
        "Copy it again in whole, after the session was stopped.");
  }

  @Test
  void aTraceWhoseEndIsMissing() throws IOException {
    byte[] whole = TextToEtl.file(TRACE).toBytes();

    refused(
        Files.write(folder.resolve("cut.etl"), Arrays.copyOf(whole, whole.length / 2)),
        "the trace is truncated: the session wrote 2 buffers and the file has 1."
            + " Copy it again in whole, after the session was stopped.");
  }

  @Test
  void aTraceOfOthersOnly() throws IOException {
    Path file =
        new EtlWriter()
            .buffer(BufferWriter.on(0).add(EventWriter.at(10).id(1)))
            .write(folder.resolve("others.etl"));

    refusedBy(
        List.of("check", "import"),
        file,
        "there is no WskTrace event in it (2 events of other providers), so there is nothing to"
            + " judge; start the capture driver with wskctl, then record again");
    assertThat(Run.of("info", file).status()).isZero();
  }

  @Test
  void aTextTraceWithAMistake() throws IOException {
    refused(
        Files.writeString(folder.resolve("a.wtrace"), "wtrace 1\nIrpFrei irp=0x10\n"),
        "line 2: there is no event 'IrpFrei'");
  }

  @Test
  void aTextTraceOfAVersionToCome() throws IOException {
    refused(
        Files.writeString(folder.resolve("a.wtrace"), "wtrace 2\n"),
        "line 1: this is version 2 of the format and version 1 can be read; use a newer wsktrace");
  }

  @Test
  void aSessionOfAVersionToCome() throws Exception {
    Path session = Sessions.write(folder.resolve("a.wskdb"));

    refused(
        Sessions.execute(session, "PRAGMA user_version = 3"),
        "a newer wsktrace wrote this session (format 3; this one reads format 2);"
            + " update wsktrace, or import the trace again with this one");
  }

  @Test
  void anotherProgramsDatabase() throws Exception {
    refused(
        Sessions.execute(folder.resolve("mail.wskdb"), "CREATE TABLE t (x)"),
        "this is an SQLite file of another program, not a wsktrace session;"
            + " give a .wskdb file that wsktrace import wrote");
  }

  @Test
  void aSessionThatWasCut() throws Exception {
    Path session = Sessions.write(folder.resolve("a.wskdb"));
    byte[] whole = Files.readAllBytes(session);
    Files.write(session, Arrays.copyOf(whole, whole.length / 2));

    refused(session, "the session is damaged (", "; copy it again, or import the trace again");
  }

  @Test
  void aFileThatMayNotBeRead() throws IOException {
    Path file = TextToEtl.file(TRACE).write(folder.resolve("secret.etl"));
    assumeTrue(file.toFile().setReadable(false), "this system has no such right");
    assumeTrue(!Files.isReadable(file), "skipped: root may read everything");

    refused(
        file,
        "the system refuses to read it;"
            + " get the right to read it, or stop the session that still writes it");
  }

  @Test
  void aNameWithALineEndIsStillOneLine() throws IOException {
    Run run = Run.of("check", folder.resolve("a\nb.etl"));

    assertThat(run.err())
        .isEqualTo(
            "wsktrace: "
                + folder
                + "/a?b.etl: there is no such file; check the name and the folder\n");
  }

  /** By all that reads a file. Whole message, or its start and its end. */
  private void refused(Path file, String... message) throws IOException {
    refusedBy(List.of("check", "info", "import", "events"), file, message);
  }

  private void refusedBy(List<String> commands, Path file, String... message) throws IOException {
    for (String command : commands) {
      Path output = folder.resolve("out.wskdb");
      List<String> before = Sessions.names(folder);
      byte[] content =
          Files.isRegularFile(file) && Files.isReadable(file) ? Files.readAllBytes(file) : null;

      Run run =
          command.equals("import") ? Run.of(command, file, "-o", output) : Run.of(command, file);

      if (run.status() == ExitStatus.USAGE) {
        assertThat(run.err())
            .containsAnyOf(
                "is no trace but a session", "is a session; give", "is a text trace: each");
      } else {
        assertThat(run.status()).as(run.toString()).isEqualTo(ExitStatus.FILE);
        assertThat(run.err())
            .startsWith("wsktrace: " + file + ": " + message[0])
            .contains(message[message.length - 1])
            .endsWith("\n")
            .hasLineCount(1);
      }
      assertThat(run.out()).isEmpty();
      assertThat(Sessions.names(folder)).isEqualTo(before);
      if (content != null) {
        assertThat(file).hasBinaryContent(content);
      }
    }
  }
}
