package org.wsktrace.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.wsktrace.cli.info.EtlContent;
import org.wsktrace.cli.info.FileContent;
import org.wsktrace.cli.info.InfoJson;
import org.wsktrace.cli.info.InfoText;
import org.wsktrace.cli.info.RecorderContent;
import org.wsktrace.cli.info.TraceInfo;
import org.wsktrace.cli.judgement.Hearing;
import org.wsktrace.cli.judgement.Judgement;
import org.wsktrace.cli.judgement.Terms;
import org.wsktrace.cli.print.Screen;
import org.wsktrace.decode.Schemas;
import org.wsktrace.decode.inventory.TraceInventory;
import org.wsktrace.etl.EtlSummary;
import org.wsktrace.source.EtlTrace;
import org.wsktrace.source.FileKind;
import org.wsktrace.source.RecorderTrace;
import org.wsktrace.source.Trace;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says what a file is and what is in it. */
@Command(
    name = "info",
    description = "Says what a file is, what was recorded and what is missing.",
    sortOptions = false)
final class InfoCommand implements Callable<Integer> {
  private final Screen screen;

  @Parameters(paramLabel = "FILE", description = "An .etl, .wtrace or .wskdb file, or MEMORY.DMP.")
  private Path file;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "text (unless told) or json; docs/json.md names the keys.")
  private Format format;

  @Mixin private PartialOption partial;

  InfoCommand(Screen screen) {
    this.screen = screen;
  }

  @Override
  public Integer call() throws IOException {
    switch (FileKind.of(file)) {
      case ETL -> trace(TraceInfo.Kind.ETL);
      case TEXT_TRACE -> trace(TraceInfo.Kind.WTRACE);
      case CRASH_DUMP -> trace(TraceInfo.Kind.DUMP);
      case MEMORY -> trace(TraceInfo.Kind.MEMORY);
      case SQLITE -> print(info(TraceInfo.Kind.WSKDB, Judgement.ofSession(file)), null);
    }
    return ExitStatus.GOOD;
  }

  private void trace(TraceInfo.Kind kind) throws IOException {
    try (Trace trace = Trace.open(file, partial.truncation())) {
      if (trace instanceof RecorderTrace recorder) {
        TraceInfo info = info(kind, judged(trace));
        print(info, RecorderContent.of(recorder));
      } else if (trace instanceof EtlTrace etl) {
        var schemas = new Schemas();
        var own = new OwnEvents(schemas);
        var inventory = new TraceInventory(etl.header().clock(), schemas);
        etl.witness(
            event -> {
              own.notice(event);
              inventory.accept(event);
            });
        TraceInfo info = info(kind, judged(trace));
        EtlSummary summary = Objects.requireNonNull(etl.summary());
        print(info, new EtlContent(etl.file(), summary, inventory.inventory()));
      } else {
        print(info(kind, judged(trace)), null);
      }
    }
  }

  private Judgement judged(Trace trace) throws IOException {
    return Hearing.hold(trace, Terms.ALL, Hearing.Transcript.NONE, screen);
  }

  private TraceInfo info(TraceInfo.Kind kind, Judgement judgement) throws IOException {
    return new TraceInfo(
        String.valueOf(file.getFileName()),
        Files.size(file),
        kind,
        judgement.meta(),
        judgement.eventCounts(),
        judgement.losses(),
        judgement.drivers());
  }

  private void print(TraceInfo info, @Nullable FileContent content) {
    switch (format) {
      case TEXT -> InfoText.print(screen, info, content);
      case JSON -> InfoJson.write(screen.out(), info, content);
    }
  }
}
