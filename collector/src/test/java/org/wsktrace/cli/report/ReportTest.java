package org.wsktrace.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.wsktrace.cli.print.Screen;
import org.wsktrace.rule.Severity;
import org.wsktrace.store.Sessions;
import org.wsktrace.store.row.StoredDriver;
import org.wsktrace.store.row.StoredEvidence;
import org.wsktrace.store.row.StoredFinding;
import org.wsktrace.store.row.StoredLoss;
import org.wsktrace.store.row.StoredReport;
import org.wsktrace.store.row.StoredRule;

final class ReportTest {
  private static final StoredLoss LOSS =
      new StoredLoss(20, 22, 3, "sequence_gap", "sequence numbers are missing");

  private static final List<StoredDriver> DRIVERS =
      List.of(new StoredDriver(1, "Client.sys", 0x10000, 0x8000));

  @Test
  void aFindingIsToldWithItsProof() {
    assertThat(text(false, List.of(), Sessions.REPORT))
        .isEqualTo(
            """
            ERROR WSK-BUF-001: MDL 0x10 was freed while WskSend was in flight
              where      client.sys+0x1a2b
                #1  0.000001 s           cpu 0  thread 76  enter  WskSend
                #2  0.000002 s  +1.0 us  cpu 1  thread 80  free   IoFreeMdl
              why        WSK does not buffer.
              fix        Free it in the completion routine.
              see        https://example.org

            1 error, 0 warnings, 0 notes in 3 events over 2.2 s.
            2 rules: 0 passed, 1 violated, 0 suspected, 1 not evaluated.
              WSK-BUF-002 was not evaluated:
              because    the pool calls were not recorded
              do         start wskctl with --pool
            """);
  }

  @Test
  void aDoubtAndALossAndARepetitionAreSaid() {
    StoredFinding often =
        new StoredFinding(
            Sessions.RULE,
            "error",
            "suspected",
            "MDL 0x10 was freed",
            List.of(),
            "events are missing before #2",
            "client.sys",
            0,
            List.of(new StoredEvidence(2, 2_000, 1, 80, "free", "IoFreeMdl")),
            "f",
            null,
            1_234);

    assertThat(text(false, List.of(LOSS), new StoredReport(List.of(Sessions.RULE), List.of(often))))
        .startsWith(
            """
            ERROR WSK-BUF-001: MDL 0x10 was freed
              suspected  events are missing before #2
              where      client.sys, 1,234 times; the first time:
                #2  0.000002 s     cpu 1  thread 80  free  IoFreeMdl
            """)
        .contains("in 3 events over 2.2 s; 3 events are missing from the trace.\n");
  }

  @Test
  void nothingFoundIsSaid() {
    assertThat(text(false, List.of(), new StoredReport(List.of(), List.of())))
        .isEqualTo(
            """
            Nothing found in 3 events over 2.2 s.
            0 rules: 0 passed, 0 violated, 0 suspected, 0 not evaluated.
            """);
  }

  @Test
  void colourIsOnlyAdded() {
    String coloured = text(true, List.of(LOSS), Sessions.REPORT);

    assertThat(coloured)
        .startsWith("\u001B[1;31mERROR\u001B[0m \u001B[1mWSK-BUF-001\u001B[0m: MDL");
    assertThat(coloured.replaceAll("\u001B\\[[0-9;]*m", ""))
        .isEqualTo(text(false, List.of(LOSS), Sessions.REPORT));
  }

  @Test
  void aNameInATraceCannotForgeALine() {
    StoredFinding forged =
        new StoredFinding(
            Sessions.RULE,
            "error",
            "violation",
            "title\nERROR",
            List.of(),
            "",
            "evil\u001B[2J.sys",
            1,
            List.of(new StoredEvidence(1, 0, 0, 1, "role\r", "text\n")),
            "f",
            null,
            1);

    assertThat(text(false, List.of(), new StoredReport(List.of(Sessions.RULE), List.of(forged))))
        .contains("title?ERROR\n", "evil?[2J.sys+0x1\n", "role?  text?\n");
  }

  @Test
  void jsonHasTheSame() {
    var out = new StringWriter();
    try (var writer = new PrintWriter(out)) {
      ReportJson.write(writer, report(List.of(LOSS), Sessions.REPORT, null));
    }

    assertThat(out)
        .hasToString(
            """
            {
              "format" : 1,
              "source" : "a.etl",
              "events" : 3,
              "durationNanos" : 2200000000,
              "findings" : [
                {
                  "rule" : "WSK-BUF-001",
                  "name" : "MDL freed before completion",
                  "severity" : "error",
                  "effect" : "bugcheck",
                  "confidence" : "proved",
                  "verdict" : "violation",
                  "title" : "MDL 0x10 was freed while WskSend was in flight",
                  "quantities" : {
                    "mdl" : {
                      "kind" : "address",
                      "value" : "0xffffb00000000010",
                      "text" : "0x10"
                    },
                    "size" : {
                      "kind" : "bytes",
                      "value" : 4096,
                      "text" : "4096 bytes"
                    },
                    "operation" : {
                      "kind" : "words",
                      "text" : "WskSend"
                    }
                  },
                  "doubt" : "",
                  "driver" : "client.sys",
                  "offset" : 6699,
                  "fingerprint" : "WSK-BUF-001@client.sys+0x1a2b",
                  "operation" : 2,
                  "occurrences" : 1,
                  "evidence" : [
                    {
                      "seq" : 1,
                      "nanos" : 1000,
                      "cpu" : 0,
                      "thread" : 76,
                      "role" : "enter",
                      "text" : "WskSend"
                    },
                    {
                      "seq" : 2,
                      "nanos" : 2000,
                      "cpu" : 1,
                      "thread" : 80,
                      "role" : "free",
                      "text" : "IoFreeMdl"
                    }
                  ],
                  "why" : "WSK does not buffer.",
                  "fix" : "Free it in the completion routine.",
                  "recordNext" : "",
                  "documentation" : "https://example.org"
                }
              ],
              "coverage" : [
                {
                  "rule" : "WSK-BUF-001",
                  "verdict" : "violation",
                  "reason" : "",
                  "remedy" : ""
                },
                {
                  "rule" : "WSK-BUF-002",
                  "verdict" : "not_evaluated",
                  "reason" : "the pool calls were not recorded",
                  "remedy" : "start wskctl with --pool"
                }
              ],
              "losses" : [
                {
                  "firstSeq" : 20,
                  "lastSeq" : 22,
                  "count" : 3,
                  "reason" : "sequence_gap",
                  "text" : "sequence numbers are missing"
                }
              ]
            }
            """);
  }

  @Test
  void rulesThatLackTheSameAreToldTogether() {
    List<StoredRule> rules =
        List.of(
            unevaluated("WSK-BUF-002", "the pool calls were not recorded", "record pool"),
            unevaluated("WSK-BUF-004", "the waits were not recorded", "record waits"),
            unevaluated("WSK-BUF-005", "the pool calls were not recorded", "record pool"),
            unevaluated("WSK-IRP-001", "the pool calls were not recorded", "record pool"),
            unevaluated("WSK-IRP-002", "the MDL calls were not recorded", "record pool"));

    assertThat(text(false, List.of(), new StoredReport(rules, List.of())))
        .endsWith(
            """
            5 rules: 0 passed, 0 violated, 0 suspected, 5 not evaluated.
              3 rules were not evaluated:
              rules      WSK-BUF-002, 005, WSK-IRP-001
              because    the pool calls were not recorded
              WSK-IRP-002 was not evaluated:
              because    the MDL calls were not recorded
              do         record pool
              WSK-BUF-004 was not evaluated:
              because    the waits were not recorded
              do         record waits
            """);
  }

  @Test
  void whatIsKnownIsALineAndWhatIsGoneIsTold() {
    Baseline baseline =
        Baseline.parse(
            List.of(
                Sessions.FINDING.fingerprint(),
                "WSK-BUF-001@client.sys+0x10",
                "WSK-BUF-001@other.sys+0x10",
                "WSK-BUF-002@client.sys+0x20"));
    CheckReport report = report(List.of(), Sessions.REPORT, baseline);

    assertThat(text(false, report))
        .isEqualTo(
            """
            known      ERROR WSK-BUF-001: MDL 0x10 was freed while WskSend was in flight, at client.sys+0x1a2b
            fixed      WSK-BUF-001@client.sys+0x10
            not judged WSK-BUF-001@other.sys+0x10
            not judged WSK-BUF-002@client.sys+0x20

            1 error, 0 warnings, 0 notes in 3 events over 2.2 s.
            Of the findings 1 is known and 0 are new; of the known ones 1 is fixed.
            2 rules: 0 passed, 1 violated, 0 suspected, 1 not evaluated.
              WSK-BUF-002 was not evaluated:
              because    the pool calls were not recorded
              do         start wskctl with --pool
            """);
    assertThat(report.fails()).isFalse();
    assertThat(report(List.of(), Sessions.REPORT, Baseline.of(List.of())).fails()).isTrue();
  }

  private static StoredRule unevaluated(String id, String reason, String remedy) {
    StoredRule rule = Sessions.SILENT_RULE;
    return new StoredRule(
        id,
        rule.name(),
        rule.subject(),
        rule.severity(),
        rule.effect(),
        rule.confidence(),
        rule.needs(),
        rule.why(),
        rule.fix(),
        rule.recordNext(),
        rule.source(),
        rule.verdict(),
        reason,
        remedy);
  }

  private static CheckReport report(
      List<StoredLoss> losses, StoredReport report, @Nullable Baseline baseline) {
    return new CheckReport(Sessions.META, losses, DRIVERS, report, Severity.ERROR, baseline);
  }

  private static String text(boolean colour, List<StoredLoss> losses, StoredReport report) {
    return text(colour, report(losses, report, null));
  }

  private static String text(boolean colour, CheckReport report) {
    var out = new ByteArrayOutputStream();
    var screen =
        Screen.on(out, StandardCharsets.UTF_8, new PrintWriter(new StringWriter()), colour, false);
    new ReportText(screen).print(report);
    screen.out().flush();
    return out.toString(StandardCharsets.UTF_8);
  }
}
