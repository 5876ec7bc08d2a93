package org.wsktrace.rule.judge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.wsktrace.rule.Evidence;
import org.wsktrace.rule.Finding;
import org.wsktrace.rule.Fixture;
import org.wsktrace.rule.Verdict;

/**
 * What is found in all bad traces, with every sentence of the evidence, in one file to read and to
 * compare.
 */
class GoldenReportTest {
  private static final Path GOLDEN = Path.of("src/test/resources/org/wsktrace/rule/findings.txt");
  private static final Path SEEN = Path.of("target/findings.txt");

  @Test
  void theFindingsOfAllBadTraces() throws IOException {
    String seen =
        Fixture.all("bad-").stream()
            .map(fixture -> "== " + fixture + "\n\n" + text(Fixture.judge(fixture)))
            .collect(Collectors.joining("\n"));
    Files.writeString(SEEN, seen);

    assertThat(seen)
        .as("findings changed; to accept them: cp collector/%s collector/%s", SEEN, GOLDEN)
        .isEqualTo(Files.readString(GOLDEN).replace("\r\n", "\n"));
  }

  private static String text(JudgeReport report) {
    String findings =
        report.findings().stream().map(GoldenReportTest::text).collect(Collectors.joining("\n"));
    List<String> notEvaluated =
        report.coverage().stream()
            .filter(coverage -> coverage.verdict() == Verdict.NOT_EVALUATED)
            .map(coverage -> coverage.rule().id() + " not evaluated: " + coverage.reason() + "\n")
            .toList();
    return findings + String.join("", notEvaluated);
  }

  private static String text(Finding finding) {
    var text = new StringBuilder();
    text.append(
        "%s %s %s\n".formatted(finding.verdict(), finding.rule().id(), finding.rule().name()));
    text.append("  %s\n".formatted(finding.title()));
    if (!finding.doubt().isEmpty()) {
      text.append("  but %s\n".formatted(finding.doubt()));
    }
    text.append("  %s, %d times\n".formatted(finding.fingerprint(), finding.count()));
    for (Evidence shown : finding.evidence()) {
      text.append(
          "  %3d %13d ns  cpu %d  thread %-3d %-12s %s\n"
              .formatted(
                  shown.seq(),
                  shown.nanos(),
                  shown.cpu(),
                  shown.tid(),
                  shown.role(),
                  shown.text()));
    }
    return text.toString();
  }
}
