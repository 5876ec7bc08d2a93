package org.wsktrace.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.wsktrace.cli.print.Screen;
import org.wsktrace.cli.print.Screen.Tone;
import org.wsktrace.cli.print.Words;
import org.wsktrace.cli.sample.Sample;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lists the traces that ship with the program, prints one, or writes them as files. */
@Command(
    name = "samples",
    description = "Lists the traces that ship with wsktrace, prints one, or writes them as files.",
    sortOptions = false,
    footer = {"", "Judge one as it is: wsktrace check sample:NAME."})
final class SamplesCommand implements Callable<Integer> {
  private static final int WIDTH = 100;

  private final Screen screen;

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "NAME",
      arity = "0..1",
      description = "A sample; without --out it is printed.")
  private @Nullable String name;

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description =
          "Write the sample, or all of them, into this folder, which is made where it is not there. No"
              + " file is replaced.")
  private @Nullable Path out;

  SamplesCommand(Screen screen) {
    this.screen = screen;
  }

  @Override
  public Integer call() throws IOException {
    if (out != null) {
      write(name == null ? Sample.all() : List.of(sample(name)), out);
    } else if (name == null) {
      Sample.all().forEach(this::list);
    } else {
      print(sample(name));
    }
    return ExitStatus.GOOD;
  }

  private Sample sample(String given) {
    try {
      return TraceArgument.sample(given);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private void list(Sample sample) {
    screen.line(screen.tone(Tone.STRONG, sample.name()));
    labelled("story", sample.title());
    labelled("shows", sample.rules().isEmpty() ? "no misuse" : String.join(", ", sample.rules()));
    labelled("source", sample.source());
  }

  private void labelled(String label, String text) {
    String indent = "  %-7s ".formatted(label);
    String first = screen.tone(Tone.FAINT, indent);
    for (String line : Words.wrapped(text, WIDTH - indent.length())) {
      screen.line(first + line);
      first = " ".repeat(indent.length());
    }
  }

  private void print(Sample sample) throws IOException {
    if (!sample.isText()) {
      throw new ParameterException(
          spec.commandLine(),
          "%s is a recorded trace and no text; write it with --out FOLDER, or judge it with 'wsktrace check sample:%s'"
              .formatted(sample.name(), sample.name()));
    }
    screen.out().flush();
    screen.bytes().write(sample.content());
    screen.bytes().flush();
  }

  private void write(List<Sample> samples, Path folder) throws IOException {
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new RefusedFileException(folder, "is no folder; give another name", null);
    }
    for (Sample sample : samples) {
      NewFile.mustNotExist(folder.resolve(sample.file()), "give another folder");
    }
    Files.createDirectories(folder);
    for (Sample sample : samples) {
      Path file = folder.resolve(sample.file());
      NewFile.create(file, sample.content(), "give another folder");
      screen.line(Words.printable(file.toString()));
    }
  }
}
