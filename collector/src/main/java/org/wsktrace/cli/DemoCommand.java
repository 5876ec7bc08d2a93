package org.wsktrace.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.wsktrace.cli.judgement.Judgement;
import org.wsktrace.cli.judgement.Terms;
import org.wsktrace.cli.print.Screen;
import org.wsktrace.cli.report.CheckReport;
import org.wsktrace.cli.report.ReportText;
import org.wsktrace.etl.EtlFile;
import org.wsktrace.rule.Severity;
import picocli.CommandLine.Command;

/** Judges the sample trace that is bundled with the program. */
@Command(
    name = "demo",
    description = "Judges the bundled sample: a driver that frees an MDL too early.",
    sortOptions = false)
final class DemoCommand implements Callable<Integer> {
  private static final String SAMPLE = "sample:mdl-freed";

  private final Screen screen;

  DemoCommand(Screen screen) {
    this.screen = screen;
  }

  @Override
  public Integer call() throws IOException {
    Judgement judgement =
        TraceArgument.parse(SAMPLE)
            .with(file -> Judgement.of(file, EtlFile.Truncation.REFUSE, Terms.ALL, screen));
    screen.line(
        "The sample driver calls WskSend, gets STATUS_PENDING and frees the MDL of its buffer at"
            + " once.");
    screen.line(
        "WSK does not buffer: until the IRP completes, the network card may read those pages.");
    screen.line("");
    new ReportText(screen)
        .print(
            new CheckReport(
                judgement.meta(),
                judgement.losses(),
                judgement.drivers(),
                judgement.report(),
                Severity.ERROR,
                null));
    return ExitStatus.GOOD;
  }
}
