package org.wsktrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wsktrace.etl.Corpus;

/** The examples of the documentation are what a reader gets who types them. */
final class ReadmeTest {
  private static final Path SAMPLE = Path.of("samples/mdl-freed.etl");
  private static final Path README = Path.of("../README.md");
  private static final Path PICTURE = Path.of("../docs/story.svg");

  @Test
  void theExampleIsWhatTheCommandPrints() throws IOException {
    String printed = Run.of("check", SAMPLE).out();

    // What comes behind the findings grows with the rules, and the example need not follow.
    String findings = printed.substring(0, printed.indexOf(" rules: "));
    findings = findings.substring(0, findings.lastIndexOf('\n') + 1);
    assertThat(findings).contains("\n1 error, 0 warnings, 1 note in 46 events");
    assertThat(Files.readString(README)).contains(findings.replaceAll("(?m)^(?=.)", "    "));
  }

  @Test
  void thePictureTellsTheTimesOfTheExample() throws IOException {
    String printed = Run.of("check", SAMPLE).out();

    assertThat(Files.readString(PICTURE))
        .contains("in use for " + found("([0-9.]+ ms) before it completed", printed) + " more")
        .contains(">" + found("\\+([0-9.]+ ms).*complete ", printed) + "<");
  }

  @Test
  void theTextTraceOfItsPageIsJudgedAsThePageSays(@TempDir Path folder) throws IOException {
    String example =
        found("(?s)```wtrace\n(.*?)```", Files.readString(Path.of("../docs/wtrace.md")));
    Path trace = Files.writeString(folder.resolve("example.wtrace"), example);

    Run run = Run.of("check", trace);

    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .startsWith(
            "ERROR WSK-BUF-001: MDL 0xd0 was freed while WskSend of 4096 bytes was in flight")
        .contains("client.sys+0x1200")
        .contains("1 error, 0 warnings, 0 notes");
  }

  @Test
  void theExampleOfAnotherTraceIsWhatTheCommandsPrint() throws IOException {
    Path trace =
        Corpus.samples().stream()
            .map(Corpus.Sample::file)
            .filter(file -> file.endsWith("ebpforwindows.etl"))
            .findFirst()
            .orElseThrow();

    for (String[] command :
        new String[][] {
          {"info"},
          {"events", "--provider", "NetEbpfExtProvider", "--limit", "3"},
          {"events", "--id", "EbpfGenericError", "--limit", "1", "--format", "json"}
        }) {
      String line = "$ ./wsktrace " + String.join(" ", command) + " ebpforwindows.etl\n";
      Object[] args = Stream.concat(Stream.of(command), Stream.of(trace)).toArray();
      String example = (line + Run.of(args).out()).replaceAll("(?m)^(?=.)", "    ");
      assertThat(Files.readString(README)).contains(example);
    }
  }

  private static String found(String pattern, String text) {
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    assertThat(matcher.find()).as("%s in %s", pattern, text).isTrue();
    return matcher.group(1);
  }
}
