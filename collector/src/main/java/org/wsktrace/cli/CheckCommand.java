package org.wsktrace.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.wsktrace.cli.judgement.Judgement;
import org.wsktrace.cli.print.ReportJson;
import org.wsktrace.cli.print.ReportText;
import org.wsktrace.cli.print.Screen;
import org.wsktrace.rule.Severity;
import org.wsktrace.store.row.StoredFinding;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Judges a trace and prints what was found. */
@Command(
    name = "check",
    description = "Judges a trace, or shows how a session was judged.",
    sortOptions = false,
    footer = {
      "",
      "Exit status: 0 no finding at or above --fail-on, 1 findings. A suspected finding counts as one.",
      "",
      "JSON, one object:",
      "  format         1; grows when a key changes its meaning. Keys may be added.",
      "  source         name of the trace file",
      "  events         events of the capture driver",
      "  durationNanos  from the first to the last of them",
      "  findings[]     rule, name, severity (error, warning, note), effect, confidence, verdict",
      "                 (violation, suspected), title, doubt, driver, offset, fingerprint, operation",
      "                 (or null), occurrences, evidence[], why, fix, recordNext, documentation",
      "    evidence[]   seq, nanos (since the start of the trace), cpu, thread, role, text",
      "  coverage[]     rule, verdict (violation, suspected, passed, not_evaluated), reason, remedy",
      "  losses[]       firstSeq, lastSeq, count, reason, text"
    })
final class CheckCommand implements Callable<Integer> {
  private final Screen screen;

  @Parameters(paramLabel = "FILE", description = "An .etl, .wtrace or .wskdb file, or MEMORY.DMP.")
  private Path file;

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
      description = "text (unless told) or json.")
  private Format format;

  @Mixin private PartialOption partial;

  CheckCommand(Screen screen) {
    this.screen = screen;
  }

  @Override
  public Integer call() throws IOException {
    Judgement judgement = Judgement.of(file, partial.truncation(), screen);
    switch (format) {
      case TEXT ->
          new ReportText(screen).print(judgement.meta(), judgement.losses(), judgement.report());
      case JSON ->
          ReportJson.write(screen.out(), judgement.meta(), judgement.losses(), judgement.report());
    }
    return judgement.report().findings().stream().map(StoredFinding::severity).anyMatch(this::fails)
        ? ExitStatus.FINDINGS
        : ExitStatus.GOOD;
  }

  /** Severities are declared worst first. */
  private boolean fails(String severity) {
    return Severity.valueOf(severity.toUpperCase(Locale.ROOT)).compareTo(failOn) <= 0;
  }
}
