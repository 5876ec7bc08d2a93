package org.wsktrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wsktrace.cli.print.Screen;

final class MainTest {
  @Test
  void theVersionIsALine() {
    Run run = Run.of("--version");

    assertThat(run.status()).isZero();
    assertThat(run.out()).matches("wsktrace \\S+\\R");
  }

  @ParameterizedTest
  @ValueSource(strings = {"info", "events", "import", "check", "rules", "samples", "demo"})
  void everyCommandHasHelp(String command) {
    Run run = Run.of(command, "--help");

    assertThat(run.status()).isZero();
    assertThat(run.out()).startsWith("Usage: wsktrace " + command);
    assertThat(run.err()).isEmpty();
    assertThat(Run.of("--help").out()).contains("\n  " + command + " ");
  }

  @Test
  void aCommandThatDoesNotExist() {
    assertThat(Run.of("chekc", "a.etl"))
        .isEqualTo(
            new Run(
                ExitStatus.USAGE,
                "",
                "wsktrace: Unmatched arguments from index 0: 'chekc', 'a.etl'; try 'wsktrace --help'\n"));
  }

  @Test
  void noCommandAtAll() {
    assertThat(Run.of())
        .isEqualTo(
            new Run(
                ExitStatus.USAGE, "", "wsktrace: a command is missing; try 'wsktrace --help'\n"));
  }

  @Test
  void anOptionWithoutMeaning() {
    assertThat(Run.of("check", "--fail-on", "doom", "a.etl"))
        .isEqualTo(
            new Run(
                ExitStatus.USAGE,
                "",
                "wsktrace: Invalid value for option '--fail-on': expected one of [ERROR, WARNING, NOTE]"
                    + " (case-insensitive) but was 'doom'; try 'wsktrace check --help'\n"));
  }

  @Test
  void aNameThatNoFileCanHave() {
    assertThat(Run.of("check", "a\0b"))
        .isEqualTo(
            new Run(
                ExitStatus.USAGE,
                "",
                "wsktrace: Invalid value for positional parameter at index 0 (FILE): 'a?b' is no file"
                    + " name in this locale; set LC_ALL=C.UTF-8; try 'wsktrace check --help'\n"));
  }

  @Test
  void aFileThatIsNotGiven() {
    assertThat(Run.of("check"))
        .isEqualTo(
            new Run(
                ExitStatus.USAGE,
                "",
                "wsktrace: Missing required parameter: 'FILE'; try 'wsktrace check --help'\n"));
  }

  @Test
  void theStackTraceIsThereForWhoAsks() {
    Run run = Run.of("check", "none.etl", "--stacktrace");

    assertThat(run.status()).isEqualTo(ExitStatus.FILE);
    assertThat(run.err())
        .startsWith("wsktrace: none.etl: there is no such file; check the name and the folder\n")
        .contains("at org.wsktrace.source.FileKind");
  }

  @Test
  void aPipeThatCloses() {
    var err = new ByteArrayOutputStream();

    int status = Main.run(new String[] {"rules"}, new ClosedPipe(), err);

    assertThat(status).isZero();
    assertThat(err.size()).isZero();
  }

  @Test
  void aMistakeOfOursIsOneLineToo() {
    var broken =
        new PrintWriter(Writer.nullWriter()) {
          @Override
          public void print(String text) {
            throw new IllegalStateException("out of order");
          }
        };
    var err = new StringWriter();

    var screen =
        new Screen(
            OutputStream.nullOutputStream(),
            StandardCharsets.UTF_8,
            broken,
            new PrintWriter(err),
            false,
            false);

    int status = Main.run(new String[] {"demo"}, screen);

    assertThat(status).isEqualTo(ExitStatus.BUG);
    assertThat(err)
        .hasToString(
            "wsktrace: this is a mistake of wsktrace itself (java.lang.IllegalStateException: out"
                + " of order); please report it, with what --stacktrace shows\n");
  }
}
