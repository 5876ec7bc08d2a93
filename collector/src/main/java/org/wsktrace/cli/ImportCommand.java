package org.wsktrace.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.wsktrace.cli.info.RecorderContent;
import org.wsktrace.cli.judgement.Hearing;
import org.wsktrace.cli.judgement.Judgement;
import org.wsktrace.cli.judgement.Terms;
import org.wsktrace.cli.print.Screen;
import org.wsktrace.cli.print.Words;
import org.wsktrace.source.FileKind;
import org.wsktrace.source.Trace;
import org.wsktrace.store.SessionWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Judges a trace and keeps events, facts and findings in a session. */
@Command(
    name = "import",
    description = "Judges a trace and keeps it, with its facts and findings, in a session file.",
    sortOptions = false,
    footer = {
      "",
      "A session is an SQLite file; its tables say themselves what is in them.",
      "",
      "Of a crash dump, or any other image of a machine's memory that is not compressed, the flight",
      "recorder of the capture driver is read: its newest capture. docs/crash-dumps.md has more."
    })
final class ImportCommand implements Callable<Integer> {
  private final Screen screen;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "An .etl or .wtrace file, or MEMORY.DMP.")
  private Path file;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "SESSION",
      required = true,
      description = "The session to write: NAME.wskdb.")
  private Path output;

  @Option(names = "--force", description = "Replace the session if it is there already.")
  private boolean force;

  @Mixin private PartialOption partial;

  ImportCommand(Screen screen) {
    this.screen = screen;
  }

  @Override
  public Integer call() throws IOException {
    if (FileKind.of(file) == FileKind.SQLITE) {
      throw new ParameterException(
          spec.commandLine(), file + " is no trace but a session; check it as it is");
    }
    if (Files.exists(output) && Files.isSameFile(file, output)) {
      throw new ParameterException(
          spec.commandLine(), "the session cannot replace its trace; give it another name");
    }
    Judgement judgement;
    try (Trace trace = Trace.open(file, partial.truncation());
        SessionWriter session = SessionWriter.create(output, force)) {
      judgement = Hearing.hold(trace, Terms.ALL, Hearing.Transcript.in(session), screen);
      judgement.requireEvents(file);
      session.meta(judgement.meta());
      session.report(judgement.report());
      session.commit();
      RecorderContent.tellLeftOut(trace, screen);
    }
    screen.line(
        "%s: %s, %s"
            .formatted(
                Words.printable(output.toString()),
                Words.count(judgement.meta().events(), "event"),
                Words.count(judgement.report().findings().size(), "finding")));
    return ExitStatus.GOOD;
  }
}
