package org.wsktrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wsktrace.store.Sessions;

/** check with --baseline and --write-baseline. */
final class BaselineTest {
  @TempDir private Path folder;
  private Path trace;
  private Path baseline;

  @BeforeEach
  void aTraceWithAFinding() throws IOException {
    trace = Files.writeString(folder.resolve("a.wtrace"), Samples.mdlFreed());
    baseline = folder.resolve("known.txt");
  }

  @Test
  void whatIsWrittenIsKnown() throws IOException {
    Run writing = check("--write-baseline", baseline);
    Run checking = check("--baseline", baseline, "--fail-on", "note");

    assertThat(writing.status()).isZero();
    assertThat(writing.out()).isEqualTo(check().out());
    assertThat(Files.readString(baseline))
        .isEqualTo(
            """
            # Findings that wsktrace check --baseline takes as known: a rule and where it was broken.
            # Written from a.wtrace.
            WSK-BUF-001@client.sys+0x15f2
            """);
    assertThat(checking.status()).isZero();
    assertThat(checking.out())
        .startsWith("known      ERROR WSK-BUF-001: MDL ")
        .contains("Of the findings 1 is known and 0 are new; of the known ones 0 are fixed.\n");
    assertThat(Sessions.names(folder)).containsExactlyInAnyOrder("a.wtrace", "known.txt");
  }

  @Test
  void whatIsNewFails() throws IOException {
    Files.writeString(baseline, "# nothing but this\n\n  WSK-IRP-004@client.sys+0x10  \n");

    Run run = check("--baseline", baseline);

    assertThat(run.status()).isEqualTo(ExitStatus.FINDINGS);
    assertThat(run.out())
        .startsWith("ERROR WSK-BUF-001: MDL ")
        .contains("\nfixed      WSK-IRP-004@client.sys+0x10\n")
        .contains("Of the findings 0 are known and 1 is new; of the known ones 1 is fixed.\n");
  }

  @Test
  void whatNobodyLookedForIsNotFixed() throws IOException {
    Files.writeString(baseline, "WSK-BUF-001@client.sys+0x15f2\n");

    Run run = check("--baseline", baseline, "--rules", "irp");

    assertThat(run.status()).isZero();
    assertThat(run.out()).startsWith("not judged WSK-BUF-001@client.sys+0x15f2\n");
  }

  @Test
  void aDriverThatIsNotInTheTraceIsNotFixed() throws IOException {
    Files.writeString(baseline, "WSK-BUF-001@client.sys+0x15f2\nWSK-BUF-001@server.sys+0x10\n");

    assertThat(check("--baseline", baseline).out())
        .contains("\nnot judged WSK-BUF-001@server.sys+0x10\n")
        .contains("; of the known ones 0 are fixed.\n");
  }

  @Test
  void jsonSaysWhatIsKnown() throws IOException {
    Files.writeString(baseline, "WSK-BUF-001@client.sys+0x15f2\nWSK-IRP-004@client.sys\n");

    Map<String, ?> json = JsonTree.object(check("--baseline", baseline, "--format", "json").out());

    assertThat(json.get("findings").toString()).contains("known=true");
    assertThat(json.get("baseline").toString())
        .isEqualTo("{fixed=[WSK-IRP-004@client.sys], notJudged=[]}");
  }

  @Test
  void aFileThatIsThereIsNotReplacedUnlessAsked() throws IOException {
    Files.writeString(baseline, "mine\n");

    assertThat(check("--write-baseline", baseline))
        .isEqualTo(
            new Run(
                ExitStatus.FILE,
                "",
                "wsktrace: %s: is there already; give another name, or replace it with --force\n"
                    .formatted(baseline)));
    assertThat(Files.readString(baseline)).isEqualTo("mine\n");
    assertThat(check("--write-baseline", baseline, "--force").status()).isZero();
    assertThat(Files.readString(baseline)).endsWith("\nWSK-BUF-001@client.sys+0x15f2\n");
    assertThat(Sessions.names(folder)).containsExactlyInAnyOrder("a.wtrace", "known.txt");
  }

  @Test
  void theTraceIsNeverReplaced() throws IOException {
    assertThat(check("--write-baseline", trace, "--force").status()).isEqualTo(ExitStatus.USAGE);
    assertThat(Files.readString(trace)).isEqualTo(Samples.mdlFreed());
  }

  @Test
  void whatIsNoBaselineIsRefusedWithItsLine() throws IOException {
    Files.writeString(baseline, "# known\nWSK-BUF-001@a.sys\nBUF-001\n");

    assertThat(check("--baseline", baseline))
        .isEqualTo(
            new Run(
                ExitStatus.FILE,
                "",
                ("wsktrace: %s: line 3 is no fingerprint such as WSK-BUF-001@client.sys+0x1200; a"
                        + " comment begins with #\n")
                    .formatted(baseline)));
    Files.write(baseline, "WSK-BUF-001@ä".getBytes(StandardCharsets.ISO_8859_1));
    assertThat(check("--baseline", baseline).err())
        .isEqualTo("wsktrace: %s: is no text, so no baseline\n".formatted(baseline));
    assertThat(check("--baseline", folder.resolve("none")).err())
        .isEqualTo(
            "wsktrace: %s: there is no such file; --write-baseline makes one\n"
                .formatted(folder.resolve("none")));
  }

  /** The socket of the trace is never connected: it is about the MDL alone. */
  private Run check(Object... options) {
    return Run.of(
        Stream.concat(Stream.of("check", trace, "--skip", "socket"), Stream.of(options)).toArray());
  }
}
