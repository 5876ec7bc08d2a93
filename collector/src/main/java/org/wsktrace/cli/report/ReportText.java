package org.wsktrace.cli.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.wsktrace.cli.print.Screen;
import org.wsktrace.cli.print.Screen.Tone;
import org.wsktrace.cli.print.Words;
import org.wsktrace.store.row.StoredEvidence;
import org.wsktrace.store.row.StoredFinding;
import org.wsktrace.store.row.StoredLoss;
import org.wsktrace.store.row.StoredRule;

/**
 * A judged trace for people: each finding with its proof, what was known in a line each, then what
 * the judging covered.
 */
public final class ReportText {
  private static final int WIDTH = 100;

  private final Screen screen;

  public ReportText(Screen screen) {
    this.screen = screen;
  }

  /** Prints everything. */
  public void print(CheckReport report) {
    for (StoredFinding finding : report.findings()) {
      if (!report.known(finding)) {
        print(finding);
        screen.line("");
      }
    }
    if (report.baseline() != null) {
      baseline(report);
    }
    summary(report);
    coverage(report.rules());
  }

  private void print(StoredFinding finding) {
    StoredRule rule = finding.rule();
    screen.line(headline(finding));
    if (!finding.doubt().isEmpty()) {
      labelled("suspected", finding.doubt());
    }
    labelled(
        "where",
        Words.place(finding.driver(), finding.offset())
            + (finding.occurrences() == 1
                ? ""
                : ", " + Words.count(finding.occurrences()) + " times; the first time:"));
    evidence(finding.evidence());
    labelled("why", rule.why());
    labelled("fix", rule.fix());
    if (!rule.recordNext().isEmpty()) {
      labelled("record", rule.recordNext());
    }
    labelled("see", rule.source());
  }

  private String headline(StoredFinding finding) {
    return "%s %s: %s"
        .formatted(
            screen.tone(tone(finding.severity()), finding.severity().toUpperCase(Locale.ROOT)),
            screen.tone(Tone.STRONG, finding.rule().id()),
            Words.printable(finding.title()));
  }

  private void baseline(CheckReport report) {
    List<String> lines = new ArrayList<>();
    report.findings().stream()
        .filter(report::known)
        .forEach(
            finding ->
                lines.add(
                    "known      %s, at %s"
                        .formatted(
                            headline(finding),
                            Words.printable(Words.place(finding.driver(), finding.offset())))));
    report
        .fixed()
        .forEach(
            gone -> lines.add(screen.tone(Tone.GOOD, "fixed") + "      " + Words.printable(gone)));
    report.notJudged().forEach(gone -> lines.add("not judged " + Words.printable(gone)));
    if (!lines.isEmpty()) {
      lines.forEach(screen::line);
      screen.line("");
    }
  }

  private void evidence(List<StoredEvidence> evidence) {
    if (evidence.isEmpty()) {
      return;
    }
    long from = evidence.getFirst().nanos();
    int seq = width(evidence.stream().map(e -> "#" + e.seq()).toList());
    int time = width(evidence.stream().map(e -> Words.moment(e.nanos())).toList());
    int later = width(evidence.stream().map(e -> later(e, from)).toList());
    int cpu = width(evidence.stream().map(e -> "" + e.cpu()).toList());
    int thread = width(evidence.stream().map(e -> "" + e.tid()).toList());
    int role = width(evidence.stream().map(StoredEvidence::role).toList());
    String line =
        "    %%-%ds  %%%ds  %%%ds  cpu %%%ds  thread %%%ds  %%-%ds  %%s"
            .formatted(seq, time, Math.max(1, later), cpu, thread, role);
    for (StoredEvidence e : evidence) {
      screen.line(
          line.formatted(
              "#" + e.seq(),
              Words.moment(e.nanos()),
              later(e, from),
              e.cpu(),
              e.tid(),
              Words.printable(e.role()),
              Words.printable(e.text())));
    }
  }

  /** How long after the first event, empty for that one. */
  private static String later(StoredEvidence evidence, long from) {
    long nanos = evidence.nanos() - from;
    return nanos == 0 ? "" : (nanos > 0 ? "+" : "") + Words.duration(nanos);
  }

  private static int width(List<String> texts) {
    return texts.stream().mapToInt(String::length).max().orElse(1);
  }

  private void summary(CheckReport report) {
    String findings =
        report.findings().isEmpty()
            ? screen.tone(Tone.GOOD, "Nothing found")
            : "%s, %s, %s"
                .formatted(
                    counted(report, "error", Tone.ERROR),
                    counted(report, "warning", Tone.WARNING),
                    counted(report, "note", Tone.NOTE));
    screen.line(
        "%s in %s over %s%s."
            .formatted(
                findings,
                Words.count(report.meta().events(), "event"),
                Words.duration(report.meta().durationNanos()),
                report.losses().isEmpty() ? "" : "; " + lost(report.losses())));
    if (report.baseline() != null) {
      long known = report.findings().stream().filter(report::known).count();
      screen.line(
          "Of the findings %s known and %s new; of the known ones %s fixed."
              .formatted(
                  are(known), are(report.findings().size() - known), are(report.fixed().size())));
    }
  }

  private static String are(long count) {
    return Words.count(count) + (count == 1 ? " is" : " are");
  }

  private String lost(List<StoredLoss> losses) {
    long events = StoredLoss.total(losses);
    return screen.tone(
        Tone.WARNING,
        Words.count(events, "event") + (events == 1 ? " is" : " are") + " missing from the trace");
  }

  private String counted(CheckReport report, String severity, Tone tone) {
    long count =
        report.findings().stream().filter(found -> found.severity().equals(severity)).count();
    String text = Words.count(count, severity);
    return count == 0 ? text : screen.tone(tone, text);
  }

  private void coverage(List<StoredRule> rules) {
    screen.line(
        "%s: %d passed, %d violated, %d suspected, %d not evaluated."
            .formatted(
                Words.count(rules.size(), "rule"),
                count(rules, "passed"),
                count(rules, "violation"),
                count(rules, "suspected"),
                count(rules, CheckReport.NOT_EVALUATED)));
    List<Unevaluated> causes = Unevaluated.of(rules);
    for (int i = 0; i < causes.size(); i++) {
      Unevaluated cause = causes.get(i);
      reason(cause);
      boolean more = i + 1 < causes.size() && causes.get(i + 1).remedy().equals(cause.remedy());
      if (!cause.remedy().isEmpty() && !more) {
        labelled("do", cause.remedy());
      }
    }
  }

  private void reason(Unevaluated cause) {
    String ids = RuleIds.inShort(cause.rules());
    boolean one = cause.rules().size() == 1;
    screen.line(
        "  "
            + screen.tone(
                Tone.WARNING,
                one
                    ? ids + " was not evaluated:"
                    : Words.count(cause.rules().size(), "rule") + " were not evaluated:"));
    if (!one) {
      labelled("rules", ids);
    }
    labelled("because", cause.reason());
  }

  private static long count(List<StoredRule> rules, String verdict) {
    return rules.stream().filter(rule -> rule.verdict().equals(verdict)).count();
  }

  private void labelled(String label, String text) {
    String indent = "  %-10s ".formatted(label);
    String first = screen.tone(Tone.FAINT, indent);
    for (String line : Words.wrapped(Words.printable(text), WIDTH - indent.length())) {
      screen.line(first + line);
      first = " ".repeat(indent.length());
    }
  }

  private static Tone tone(String severity) {
    return switch (severity) {
      case "error" -> Tone.ERROR;
      case "warning" -> Tone.WARNING;
      default -> Tone.NOTE;
    };
  }
}
