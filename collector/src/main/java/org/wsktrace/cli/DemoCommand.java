package org.wsktrace.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.wsktrace.cli.judgement.Judgement;
import org.wsktrace.cli.print.ReportText;
import org.wsktrace.cli.print.Screen;
import picocli.CommandLine.Command;

/** Judges the sample trace that is bundled with the program. */
@Command(
    name = "demo",
    description = "Judges the bundled sample: a driver that frees an MDL too early.",
    sortOptions = false)
final class DemoCommand implements Callable<Integer> {
  // The first is recorded, and copied into the jar from collector/samples/; the second is the same
  // story written by hand, for a jar without it.
  private static final List<String> SAMPLES = List.of("mdl-freed.etl", "mdl-freed.wtrace");

  private final Screen screen;

  DemoCommand(Screen screen) {
    this.screen = screen;
  }

  @Override
  public Integer call() throws IOException {
    String name =
        SAMPLES.stream()
            .filter(sample -> DemoCommand.class.getResource(sample) != null)
            .findFirst()
            .orElseThrow();
    Path folder = Files.createTempDirectory("wsktrace-demo");
    Path sample = folder.resolve(name);
    try {
      try (InputStream in = DemoCommand.class.getResourceAsStream(name)) {
        Files.copy(Objects.requireNonNull(in), sample);
      }
      Judgement judgement = Judgement.of(sample, screen);
      screen.line(
          "The sample driver calls WskSend, gets STATUS_PENDING and frees the MDL of its buffer at once.");
      screen.line(
          "WSK does not buffer: until the IRP completes, the network card may read those pages.");
      screen.line("");
      new ReportText(screen).print(judgement.meta(), judgement.losses(), judgement.report());
    } finally {
      Files.deleteIfExists(sample);
      Files.deleteIfExists(folder);
    }
    return ExitStatus.GOOD;
  }
}
