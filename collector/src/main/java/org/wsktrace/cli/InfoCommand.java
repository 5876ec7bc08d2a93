package org.wsktrace.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.wsktrace.cli.judgement.Hearing;
import org.wsktrace.cli.judgement.Judgement;
import org.wsktrace.cli.print.InfoText;
import org.wsktrace.cli.print.Screen;
import org.wsktrace.cli.print.Words;
import org.wsktrace.source.EtlTrace;
import org.wsktrace.source.FileKind;
import org.wsktrace.source.Trace;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Says what a file is and what is in it. */
@Command(
    name = "info",
    description = "Says what a file is, what was recorded and what is missing.",
    sortOptions = false)
final class InfoCommand implements Callable<Integer> {
  private final Screen screen;

  @Parameters(paramLabel = "FILE", description = "An .etl, .wtrace or .wskdb file.")
  private Path file;

  @Mixin private PartialOption partial;

  InfoCommand(Screen screen) {
    this.screen = screen;
  }

  @Override
  public Integer call() throws IOException {
    FileKind kind = FileKind.of(file);
    if (kind == FileKind.SQLITE) {
      session();
    } else {
      trace(kind);
    }
    return ExitStatus.GOOD;
  }

  private void session() throws IOException {
    Judgement judgement = Judgement.ofSession(file);
    var info = new InfoText(screen);
    info.line("file", describe("a session (.wskdb)"));
    info.line(
        "made from",
        "%s, %s, by %s"
            .formatted(
                Words.printable(judgement.meta().sourceName()),
                Words.bytes(judgement.meta().sourceBytes()),
                judgement.meta().createdBy()));
    info.common(judgement.meta(), judgement.eventCounts(), judgement.losses(), judgement.drivers());
  }

  private void trace(FileKind kind) throws IOException {
    try (Trace trace = Trace.open(file, partial.truncation())) {
      Judgement judgement = Hearing.hold(trace, Hearing.Transcript.NONE, screen);
      var info = new InfoText(screen);
      info.line(
          "file",
          describe(kind == FileKind.ETL ? "an ETW trace (.etl)" : "a text trace (.wtrace)"));
      if (trace instanceof EtlTrace etl) {
        info.etl(etl.header(), Objects.requireNonNull(etl.summary()));
      }
      info.common(
          judgement.meta(), judgement.eventCounts(), judgement.losses(), judgement.drivers());
    }
  }

  private String describe(String what) throws IOException {
    return "%s, %s, %s"
        .formatted(
            Words.printable(String.valueOf(file.getFileName())),
            what,
            Words.bytes(Files.size(file)));
  }
}
