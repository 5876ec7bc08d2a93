package org.wsktrace.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
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
  // Recorded; copied into the jar from collector/samples/.
  private static final String SAMPLE = "mdl-freed.etl";

  private final Screen screen;

  DemoCommand(Screen screen) {
    this.screen = screen;
  }

  @Override
  public Integer call() throws IOException {
    Path folder = Files.createTempDirectory("wsktrace-demo");
    Path sample = folder.resolve(SAMPLE);
    try {
      try (InputStream in = DemoCommand.class.getResourceAsStream(SAMPLE)) {
        Files.copy(Objects.requireNonNull(in, "the sample is not in the jar"), sample);
      }
      Judgement judgement = Judgement.of(sample, EtlFile.Truncation.REFUSE, Terms.ALL, screen);
      screen.line(
          "The sample driver calls WskSend, gets STATUS_PENDING and frees the MDL of its buffer at"
              + " once.");
      screen.line(
          "WSK does not buffer: until the IRP completes, the network card may read those pages.");
      screen.line("");
      new ReportText(screen)
          .print(
              new CheckReport(
                  judgement.meta(), judgement.losses(), judgement.report(), Severity.ERROR, null));
    } finally {
      Files.deleteIfExists(sample);
      Files.deleteIfExists(folder);
    }
    return ExitStatus.GOOD;
  }
}
