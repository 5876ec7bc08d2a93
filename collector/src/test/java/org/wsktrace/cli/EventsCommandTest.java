package org.wsktrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.wsktrace.etl.BufferWriter;
import org.wsktrace.etl.EtlWriter;
import org.wsktrace.etl.EventWriter;
import org.wsktrace.event.WskEvent;
import org.wsktrace.source.TextToEtl;

final class EventsCommandTest {
  private static final UUID OTHER = UUID.fromString("1e0b3d2a-5c4f-4a6b-8d7e-9f0a1b2c3d4e");

  private static final String OURS =
      """
      wtrace 1
      1 10us DriverLoad base=0xfffff80312340000 imageSize=0x8000 name="client.sys"
      2 20us IrpFree irp=0x10
      """;

  @TempDir private Path folder;
  private Path file;

  /** Two events of the capture driver and two of a provider that nobody knows. */
  @BeforeEach
  void write() throws IOException {
    file =
        new EtlWriter()
            .bufferSize(1 << 13)
            .buffer(TextToEtl.buffer(OURS))
            .buffer(
                BufferWriter.on(1)
                    .add(EventWriter.at(150).from(OTHER, 8, 12).id(5).payload((byte) 0xAB))
                    .add(EventWriter.at(250).from(OTHER, -1, -1).id(6)))
            .write(folder.resolve("a.etl"));
  }

  @Test
  void aLineForEachEventInTheOrderOfTime() {
    Run run = Run.of("events", file);

    assertThat(run.status()).isZero();
    assertThat(run.err()).isEmpty();
    List<String> lines = run.out().lines().toList();
    assertThat(lines).hasSize(5);
    assertThat(lines.getFirst()).contains("EventTrace/Header").contains("ProviderVersion=26100");
    assertThat(lines.get(1))
        .startsWith("#2  0.0000100  cpu 0  4:76  WskTrace ")
        .contains("DriverLoad")
        .contains("0xfffff80312340000")
        .contains("\"client.sys\"");
    assertThat(lines.get(2))
        .isEqualTo("#3  0.0000150  cpu 1  8:12  " + OTHER + " id 5  [1 byte: ab]");
    assertThat(lines.get(3))
        .startsWith("#4  0.0000200  cpu 0  4:76  WskTrace ")
        .contains("IrpFree");
    assertThat(lines.get(4)).isEqualTo("#5  0.0000250  cpu 1  -:-  " + OTHER + " id 6");
  }

  @Test
  void jsonIsAnObjectALine() {
    List<String> lines = Run.of("events", "--format", "json", file).out().lines().toList();

    assertThat(lines).hasSize(5).allSatisfy(line -> assertThat(JsonTree.object(line)).isNotEmpty());
    assertThat(JsonTree.object(lines.get(1)))
        .containsEntry("seq", 2L)
        .containsEntry("nanos", 10_000L)
        .containsEntry("provider", "WskTrace")
        .containsEntry("guid", WskEvent.PROVIDER)
        .containsEntry("origin", "manifest")
        .containsEntry("leftover", 0L);
    assertThat(JsonTree.object(lines.get(2)))
        .containsEntry("origin", "unknown")
        .containsEntry("fields", Map.of())
        .containsEntry("leftover", 1L)
        .containsEntry("raw", "ab");
  }

  @Test
  void csvHasALineOfNamesAndThenTheEvents() {
    List<String> lines = Run.of("events", "--format", "csv", file).out().lines().toList();

    assertThat(lines).hasSize(6);
    assertThat(lines.getFirst()).startsWith("seq,time,nanos,processor,pid,tid,");
    assertThat(lines.get(3)).startsWith("3,2026-01-01T00:00:00.0000150Z,15000,1,8,12,EVENT64,,");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "--provider=wsktrace, 2 4",
        "--provider=1e0b3d2a-5c4f-4a6b-8d7e-9f0a1b2c3d4e, 3 5",
        "--provider=1e0b3d2a-5c4f-4a6b-8d7e-9f0a1b2c3d4e --id=6, 5",
        "--id=5 --id=6, 3 5",
        "--id=0x0, 1",
        "--from=15us, 3 4 5",
        "--to=15us, 1 2",
        "--from=15us --to=20us, 3",
        "--from=2026-01-01T00:00:00.00002Z, 4 5",
        "--limit=2, 1 2",
        "--from=15us --limit=1, 3",
        "--limit=0, \"\"",
        "--raw, 1 2 3 4 5",
        "--raw --provider=WskTrace, 2 4",
      })
  void filters(String options, String seqs) {
    Stream<Object> words =
        Stream.concat(Stream.of("events", "--format=json", file), words(options));

    Run run = Run.of(words.toArray());

    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out().lines().map(line -> JsonTree.object(line).get("seq") + ""))
        .containsExactly(seqs.isEmpty() ? new String[0] : seqs.split(" ", -1));
  }

  private static Stream<String> words(String text) {
    return Arrays.stream(text.split(" ", -1));
  }

  @Test
  void whenNothingPassesStderrSaysSo() {
    assertThat(Run.of("events", "--provider", "Nobody", file))
        .isEqualTo(
            new Run(
                ExitStatus.GOOD,
                "",
                "wsktrace: none of the 5 events passes; 'wsktrace info' names the providers\n"));
  }

  @Test
  void anEventSourceManifestCountsAlsoForEventsBeforeIt() throws IOException {
    Path trace =
        new EtlWriter()
            .buffer(
                BufferWriter.on(0)
                    .add(EventWriter.at(1).from(OTHER, 4, 8).id(7).payload((byte) 5, (byte) 0))
                    .add(EventSources.manifest(2, OTHER, MANIFEST)))
            .write(folder.resolve("late.etl"));

    assertThat(Run.of("events", "--limit", 2, trace).out())
        .contains("Late-Provider Greet  Count=5");
    assertThat(Run.of("events", "--raw", "--limit", 2, trace).out())
        .contains(OTHER + " id 7  [2 bytes: 0500]");
  }

  private static final String MANIFEST =
      """
      <instrumentationManifest xmlns="http://schemas.microsoft.com/win/2004/08/events">
       <instrumentation xmlns:win="http://manifests.microsoft.com/win/2004/08/windows/events">
        <events>
         <provider name="Late-Provider" guid="{1e0b3d2a-5c4f-4a6b-8d7e-9f0a1b2c3d4e}" symbol="L">
          <tasks><task name="Greet" value="1"/></tasks>
          <events><event value="7" version="0" task="Greet" template="T"/></events>
          <templates>
           <template tid="T"><data name="Count" inType="win:UInt16"/></template>
          </templates>
         </provider>
        </events>
       </instrumentation>
      </instrumentationManifest>
      """;

  @Test
  void aManifestOfTheUsersDescribesWhatTheTraceDoesNot() throws IOException {
    Path manifest = Files.writeString(folder.resolve("p.man"), MANIFEST);
    Path trace =
        new EtlWriter()
            .buffer(
                BufferWriter.on(0)
                    .add(EventWriter.at(1).from(OTHER, 4, 8).id(7).payload((byte) 5, (byte) 0)))
            .write(folder.resolve("plain.etl"));

    assertThat(Run.of("events", "--manifest", manifest, trace).out())
        .contains("Late-Provider Greet  Count=5");
  }

  @Test
  void aManifestThatIsNone() throws IOException {
    Path manifest = Files.writeString(folder.resolve("p.man"), "no XML");

    Run run = Run.of("events", "--manifest", manifest, file);

    assertThat(run.status()).isEqualTo(ExitStatus.FILE);
    assertThat(run.err())
        .startsWith("wsktrace: " + manifest + ": this is not an instrumentation manifest")
        .hasLineCount(1);
    assertThat(Run.of("events", "--manifest", folder.resolve("none.man"), file))
        .isEqualTo(
            new Run(
                ExitStatus.FILE,
                "",
                "wsktrace: "
                    + folder.resolve("none.man")
                    + ": there is no such file; check the name\n"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "--from=soon | 'soon' is no time: give seconds since the start of the trace",
        "--id=70000 | '70000' is no event id: give 0 to 65535",
        "--limit=-1 | --limit is 0 or more",
        "--limit=many | 'many' is not a long",
        "--format=xml | expected one of [TEXT, JSON, CSV]",
        "--provider=| a provider has a name or a GUID",
      })
  void optionsWithoutMeaning(String option, String message) {
    Run run = Run.of("events", option, file);

    assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains(message).endsWith("; try 'wsktrace events --help'\n");
  }

  @Test
  void otherKindsOfFilesAreRefused() throws IOException {
    Path text = Files.writeString(folder.resolve("a.wtrace"), OURS);
    Path session = folder.resolve("a.wskdb");
    Run.of("import", text, "-o", session);

    Run ofText = Run.of("events", text);
    Run ofSession = Run.of("events", session);

    assertThat(ofText.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(ofText.err())
        .contains("is a text trace: each of its lines is an event already; read it as it is");
    assertThat(ofSession.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(ofSession.err()).contains("is a session; give the .etl that it was made from");
  }

  @Test
  void aCutFileIsRefusedAndWithPartialReadAsFarAsItGoes() throws IOException {
    byte[] whole = Files.readAllBytes(file);
    Path cut = Files.write(folder.resolve("cut.etl"), Arrays.copyOf(whole, whole.length - 4000));

    Run refused = Run.of("events", cut);
    Run partial = Run.of("events", "--partial", cut);

    assertThat(refused.status()).isEqualTo(ExitStatus.FILE);
    assertThat(refused.err()).endsWith(" Or read what is there with --partial.\n");
    assertThat(partial.status()).isZero();
    assertThat(partial.out().lines()).hasSize(5);
    assertThat(partial.err()).contains("wsktrace: 1 place where the file is damaged or ends in a");
  }

  @Test
  void whatTheSessionLostIsSaidOnStderr() throws IOException {
    Path lossy = new EtlWriter().lost(3, 0).write(folder.resolve("lossy.etl"));

    assertThat(Run.of("events", lossy).err()).isEqualTo("wsktrace: the session lost 3 events\n");
    assertThat(Run.of("events", "--limit", 0, lossy).err()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"text", "json", "csv"})
  void whenNobodyReadsAnyMoreItEndsQuietly(String format) {
    var err = new ByteArrayOutputStream();

    int status =
        Main.run(
            new String[] {"events", "--format", format, file.toString()}, new ClosedPipe(), err);

    assertThat(status).isZero();
    assertThat(err.size()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"text", "json", "csv"})
  void aFullDiskIsAFailure(String format) {
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("No space left on device");
          }
        };
    var err = new ByteArrayOutputStream();

    int status = Main.run(new String[] {"events", "--format", format, file.toString()}, full, err);

    assertThat(status).isEqualTo(ExitStatus.FILE);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            "wsktrace: the output cannot be written: No space left on device; check the disk and"
                + " try again\n");
  }
}
