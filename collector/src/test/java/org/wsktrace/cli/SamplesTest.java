package org.wsktrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What real drivers did, as the capture driver recorded it: see collector/samples/. */
final class SamplesTest {
  private static final Path SAMPLES = Path.of("samples");

  @ParameterizedTest
  @CsvSource({
    "mdl-freed.etl, WSK-BUF-001",
    "buffer-freed.etl, WSK-BUF-002",
    "pages-unlocked.etl, WSK-BUF-003",
    // Under Wine its first send never completes, so what it was given is never freed.
    "irp-reused.etl, WSK-IRP-005|WSK-IRP-008|WSK-BUF-013",
    "double-close.etl, WSK-SOCK-003",
    "socket-leaked.etl, WSK-SOCK-005",
  })
  void aMisuseIsFoundAndNothingElse(String name, String rule) {
    Run run = Run.of("check", sample(name));

    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isEqualTo(ExitStatus.FINDINGS);
    assertThat(run.out().lines().filter(line -> line.matches("(ERROR|WARNING) .*")))
        .isNotEmpty()
        .allMatch(line -> line.matches("ERROR (" + rule + "): .*"));
    assertThat(run.out()).doesNotContain("missing from the trace", "error in rule");
  }

  @Test
  void aDriverThatKeepsTheRulesIsClean() {
    Run run = Run.of("check", sample("clean-client.etl"), "--fail-on", "note");

    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isZero();
    assertThat(run.out())
        .startsWith("Nothing found in ")
        .contains(" passed, 0 violated, 0 suspected, ")
        .doesNotContain("error in rule");
  }

  @Test
  void theProofOfAFreedMdlIsInOrder() {
    Run run = Run.of("check", sample("mdl-freed.etl"));

    List<String> roles =
        run.out()
            .lines()
            .takeWhile(line -> !line.isEmpty())
            .filter(line -> line.startsWith("    #"))
            .map(line -> line.replaceFirst(".* thread +\\d+  (\\w+) .*", "$1"))
            .toList();
    assertThat(roles).containsExactly("enter", "return", "free", "complete");
  }

  private static Path sample(String name) {
    Path sample = SAMPLES.resolve(name);
    assumeTrue(
        Files.exists(sample),
        () -> "skipped: " + sample + " is not there; see samples/record-samples");
    return sample;
  }
}
