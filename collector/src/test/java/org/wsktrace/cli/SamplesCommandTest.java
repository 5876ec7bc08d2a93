package org.wsktrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.wsktrace.cli.sample.Sample;
import org.wsktrace.rule.judge.Catalogue;
import org.wsktrace.store.Sessions;

/** The traces that ship, and the command that hands them out. */
final class SamplesCommandTest {
  @TempDir private Path folder;

  static List<Sample> all() {
    return Sample.all();
  }

  @ParameterizedTest
  @MethodSource("all")
  void aSampleShowsWhatTheIndexSaysAndNothingElse(Sample sample) {
    Run run = Run.of("check", "sample:" + sample.name(), "--format", "json");

    assertThat(run.err()).isEmpty();
    assertThat(
            ((List<?>) Objects.requireNonNull(JsonTree.object(run.out()).get("findings")))
                .stream()
                    .map(found -> (Map<?, ?>) found)
                    .filter(
                        found ->
                            !"performance".equals(found.get("effect"))
                                || sample.rules().contains(found.get("rule")))
                    .map(found -> (String) found.get("rule"))
                    .distinct())
        .containsExactlyInAnyOrderElementsOf(sample.rules());
    assertThat(sample.rules()).allMatch(id -> Catalogue.find(id).isPresent());
    assertThat(sample.title()).endsWith(".");
    assertThat(sample.name()).matches("[a-z0-9][a-z0-9-]*");
    assertThat(sample.file()).matches(sample.name() + "\\.(etl|wtrace)");
  }

  @Test
  void everyFileIsInTheIndex() throws IOException, URISyntaxException {
    Path index =
        Path.of(
            Objects.requireNonNull(Sample.class.getResource("/org/wsktrace/cli/samples/index"))
                .toURI());
    try (Stream<Path> files = Files.list(Objects.requireNonNull(index.getParent()))) {
      Set<String> names =
          files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
      assertThat(names).hasSize(Sample.all().size() + 1);
      assertThat(names).containsAll(Sample.all().stream().map(Sample::file).toList());
    }
    assertThat(Sample.all()).extracting(Sample::name).doesNotHaveDuplicates();
  }

  @Test
  void theListTellsEachWithItsSource() {
    Run run = Run.of("samples");

    assertThat(run.status()).isZero();
    assertThat(run.out())
        .startsWith(
            """
            mdl-freed
              story   A driver frees the MDL of a WskSend that is in flight.
              shows   WSK-BUF-001, WSK-SOCK-012
              source  capture-driver/test/client of wsktrace, recorded under Wine 8
            """)
        .contains("\nclean-client\n")
        .contains("\n  shows   no misuse\n");
  }

  @Test
  void aSampleIsWrittenAndNeverReplaced() throws IOException {
    Path out = folder.resolve("new/er");

    Run first = Run.of("samples", "MDL-freed", "--out", out);
    Run second = Run.of("samples", "mdl-freed", "--out", out);

    assertThat(first).isEqualTo(new Run(0, out.resolve("mdl-freed.etl") + "\n", ""));
    assertThat(Run.of("check", out.resolve("mdl-freed.etl")))
        .isEqualTo(Run.of("check", "sample:mdl-freed"));
    assertThat(second)
        .isEqualTo(
            new Run(
                ExitStatus.FILE,
                "",
                "wsktrace: %s: is there already; give another folder\n"
                    .formatted(out.resolve("mdl-freed.etl"))));
  }

  @Test
  void allAreWrittenOrNone() throws IOException {
    assertThat(Run.of("samples", "--out", folder.resolve("all")).out())
        .hasLineCount(Sample.all().size());
    assertThat(Sessions.names(folder.resolve("all"))).hasSize(Sample.all().size());

    Path last = folder.resolve(Sample.all().getLast().file());
    Files.writeString(last, "mine");
    assertThat(Run.of("samples", "--out", folder).status()).isEqualTo(ExitStatus.FILE);
    assertThat(Sessions.names(folder)).containsExactly("all", last.getFileName().toString());
    assertThat(Files.readString(last)).isEqualTo("mine");
    assertThat(Run.of("samples", "--out", last).err())
        .isEqualTo("wsktrace: %s: is no folder; give another name\n".formatted(last));
  }

  @Test
  void aTextIsPrintedAndARecordingIsNot() throws IOException {
    assertThat(Run.of("samples", "mdl-freed"))
        .isEqualTo(
            new Run(
                ExitStatus.USAGE,
                "",
                "wsktrace: mdl-freed is a recorded trace and no text; write it with --out FOLDER, or"
                    + " judge it with 'wsktrace check sample:mdl-freed'; try 'wsktrace samples --help'\n"));
    for (Sample sample : Sample.all()) {
      if (sample.isText()) {
        var out = new ByteArrayOutputStream();
        assertThat(
                Main.run(new String[] {"samples", sample.name()}, out, new ByteArrayOutputStream()))
            .isZero();
        assertThat(out.toByteArray()).isEqualTo(sample.content());
        assertThat(out.toString(StandardCharsets.UTF_8)).startsWith("wtrace 1\n");
      }
    }
  }

  @Test
  void aSampleThatIsNone() {
    assertThat(Run.of("samples", "mdl-fred").err())
        .startsWith("wsktrace: there is no sample 'mdl-fred'; the nearest are mdl-freed, ")
        .endsWith("; try 'wsktrace samples --help'\n");
    assertThat(Run.of("check", "sample:mdl-fred").err())
        .startsWith(
            "wsktrace: Invalid value for positional parameter at index 0 (FILE): there is no sample"
                + " 'mdl-fred'; the nearest are mdl-freed, ");
  }
}
