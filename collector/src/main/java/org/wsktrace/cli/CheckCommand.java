package org.wsktrace.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.wsktrace.cli.judgement.Judgement;
import org.wsktrace.cli.judgement.Terms;
import org.wsktrace.cli.print.Screen;
import org.wsktrace.cli.report.Baseline;
import org.wsktrace.cli.report.CheckReport;
import org.wsktrace.cli.report.ReportJson;
import org.wsktrace.cli.report.ReportJunit;
import org.wsktrace.cli.report.ReportSarif;
import org.wsktrace.cli.report.ReportText;
import org.wsktrace.rule.Severity;
import org.wsktrace.source.FileKind;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Judges a trace and prints what was found. */
@Command(
    name = "check",
    description = "Judges a trace, or shows how a session was judged.",
    sortOptions = false,
    footer = {
      "",
      "Exit status: 0 no finding at or above --fail-on that is not known, 1 findings. A suspected",
      "finding counts as one. docs/check.md has more: baselines, and what stands where in SARIF and",
      "JUnit.",
      "",
      "A session keeps the judgement that it was made with: --rules and --skip choose from it, --set is",
      "refused.",
      "",
      "JSON, one object:",
      "  format         1; grows when a key changes its meaning. Keys may be added.",
      "  source         name of the trace file",
      "  events         events of the capture driver",
      "  durationNanos  from the first to the last of them",
      "  findings[]     rule, name, severity (error, warning, note), effect, confidence, verdict",
      "                 (violation, suspected), title, quantities, doubt, driver, offset, fingerprint,",
      "                 operation (or null), occurrences, known (with --baseline), evidence[], why, fix,",
      "                 recordNext, documentation",
      "    quantities   what the title says in numbers, by name: kind (address, count, bytes, nanos,",
      "                 status, words), value (an address is a text in hex; words have none), text",
      "    evidence[]   seq, nanos (since the start of the trace), cpu, thread, role, text",
      "  coverage[]     rule, verdict (violation, suspected, passed, not_evaluated), reason, remedy",
      "  losses[]       firstSeq, lastSeq, count, reason, text",
      "  baseline       with --baseline: fixed[] and notJudged[], fingerprints that were not found"
    })
final class CheckCommand implements Callable<Integer> {
  /** How a report is printed. */
  enum ReportFormat {
    TEXT,
    JSON,
    SARIF,
    JUNIT
  }

  private final Screen screen;

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "FILE",
      description =
          "An .etl, .wtrace or .wskdb file, MEMORY.DMP, or sample:NAME ('wsktrace samples' lists them).")
  private TraceArgument trace;

  @Option(
      names = "--fail-on",
      paramLabel = "SEVERITY",
      defaultValue = "error",
      description =
          "Exit with 1 for a finding of at least this severity: error (unless told), warning, note.")
  private Severity failOn;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "text (unless told), json, sarif (2.1.0) or junit (XML).")
  private ReportFormat format;

  @Mixin private RuleOptions rules;

  @Mixin private BaselineOptions baselines;

  @Mixin private PartialOption partial;

  CheckCommand(Screen screen) {
    this.screen = screen;
  }

  @Override
  public Integer call() throws IOException {
    return trace.with(this::check);
  }

  private int check(Path file) throws IOException {
    Terms terms = rules.terms();
    baselines.check(file);
    Baseline baseline = baselines.read();
    Judgement judgement =
        FileKind.of(file) == FileKind.SQLITE ? ofSession(file, terms) : ofTrace(file, terms);
    var report =
        new CheckReport(
            judgement.meta(),
            judgement.losses(),
            judgement.drivers(),
            judgement.report(),
            failOn,
            baseline);
    boolean written = baselines.write(report);
    print(report);
    return report.fails() && !written ? ExitStatus.FINDINGS : ExitStatus.GOOD;
  }

  private Judgement ofTrace(Path file, Terms terms) throws IOException {
    return Judgement.of(file, partial.truncation(), terms, screen);
  }

  /** Its rules are judged one by one, so a part of the judgement is a judgement by a part. */
  private Judgement ofSession(Path file, Terms terms) throws IOException {
    Judgement judgement = Judgement.ofSession(file);
    String origin = judgement.meta().sourceName();
    if (rules.sets()) {
      throw new ParameterException(
          spec.commandLine(),
          "%s is a session and keeps the judgement that it was made with, so --set comes too late;"
                  .formatted(file)
              + " check the trace that it was made from (%s)".formatted(origin));
    }
    if (!rules.chooses()) {
      return judgement;
    }
    Set<String> judged =
        judgement.report().rules().stream()
            .map(rule -> rule.id())
            .collect(Collectors.toCollection(LinkedHashSet::new));
    Set<String> unjudged = new LinkedHashSet<>(rules.named());
    unjudged.removeAll(judged);
    if (!unjudged.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          "%s was judged without %s; check the trace that it was made from (%s)"
              .formatted(file, String.join(", ", unjudged), origin));
    }
    return judgement.only(
        terms.rules().stream().map(rule -> rule.info().id()).collect(Collectors.toSet()));
  }

  private void print(CheckReport report) {
    switch (format) {
      case TEXT -> new ReportText(screen).print(report);
      case JSON -> ReportJson.write(screen.out(), report);
      case SARIF -> ReportSarif.write(screen.out(), report);
      case JUNIT -> ReportJunit.write(screen.out(), report);
    }
  }
}
