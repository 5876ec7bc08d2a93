package org.wsktrace.cli.print;

import java.util.List;
import java.util.Locale;
import org.wsktrace.cli.print.Screen.Tone;
import org.wsktrace.store.row.SessionMeta;
import org.wsktrace.store.row.StoredEvidence;
import org.wsktrace.store.row.StoredFinding;
import org.wsktrace.store.row.StoredLoss;
import org.wsktrace.store.row.StoredReport;
import org.wsktrace.store.row.StoredRule;

/** A judged trace for people: each finding with its proof, then what the judging covered. */
public final class ReportText {
  private static final int WIDTH = 100;

  private final Screen screen;

  public ReportText(Screen screen) {
    this.screen = screen;
  }

  /** Prints everything. */
  public void print(SessionMeta meta, List<StoredLoss> losses, StoredReport report) {
    for (StoredFinding finding : report.findings()) {
      print(finding);
      screen.line("");
    }
    summary(meta, losses, report);
    coverage(report.rules());
  }

  private void print(StoredFinding finding) {
    StoredRule rule = finding.rule();
    String severity = finding.severity().toUpperCase(Locale.ROOT);
    screen.line(
        "%s %s: %s"
            .formatted(
                screen.tone(tone(finding.severity()), severity),
                screen.tone(Tone.STRONG, rule.id()),
                Words.printable(finding.title())));
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

  private void summary(SessionMeta meta, List<StoredLoss> losses, StoredReport report) {
    long errors = count(report, "error");
    long warnings = count(report, "warning");
    long notes = count(report, "note");
    String findings =
        report.findings().isEmpty()
            ? screen.tone(Tone.GOOD, "Nothing found")
            : "%s, %s, %s"
                .formatted(
                    toned(errors, "error", Tone.ERROR),
                    toned(warnings, "warning", Tone.WARNING),
                    toned(notes, "note", Tone.NOTE));
    screen.line(
        "%s in %s over %s%s."
            .formatted(
                findings,
                Words.count(meta.events(), "event"),
                Words.duration(meta.durationNanos()),
                losses.isEmpty() ? "" : "; " + lost(losses)));
  }

  private String lost(List<StoredLoss> losses) {
    long events = StoredLoss.total(losses);
    return screen.tone(
        Tone.WARNING,
        Words.count(events, "event") + (events == 1 ? " is" : " are") + " missing from the trace");
  }

  private String toned(long count, String noun, Tone tone) {
    String text = Words.count(count, noun);
    return count == 0 ? text : screen.tone(tone, text);
  }

  private static long count(StoredReport report, String severity) {
    return report.findings().stream()
        .filter(finding -> finding.severity().equals(severity))
        .count();
  }

  private void coverage(List<StoredRule> rules) {
    long passed = rules.stream().filter(rule -> rule.verdict().equals("passed")).count();
    long not = rules.stream().filter(rule -> rule.verdict().equals("not_evaluated")).count();
    screen.line(
        "%s: %d passed, %d violated, %d not evaluated."
            .formatted(
                Words.count(rules.size(), "rule"), passed, rules.size() - passed - not, not));
    for (StoredRule rule : rules) {
      if (rule.verdict().equals("not_evaluated")) {
        screen.line("  " + screen.tone(Tone.WARNING, rule.id()) + " was not evaluated:");
        labelled("because", rule.reason());
        if (!rule.remedy().isEmpty()) {
          labelled("do", rule.remedy());
        }
      }
    }
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
