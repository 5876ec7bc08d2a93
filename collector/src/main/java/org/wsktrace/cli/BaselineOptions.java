package org.wsktrace.cli;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.wsktrace.cli.report.Baseline;
import org.wsktrace.cli.report.CheckReport;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Which findings are known, and where to keep those that will be. */
final class BaselineOptions {
  private static final String REMEDY = "give another name, or replace it with --force";

  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--baseline",
      paramLabel = "FILE",
      description =
          "Findings whose fingerprints are in this file are known: they are marked and fail nothing.")
  private @Nullable Path baseline;

  @Option(
      names = "--write-baseline",
      paramLabel = "FILE",
      description =
          "Write the fingerprints of all findings into this file. They count as known at once: the exit"
              + " status is 0.")
  private @Nullable Path output;

  @Option(names = "--force", description = "Let --write-baseline replace a file that is there.")
  private boolean force;

  /**
   * Refuses what cannot end well before the trace is read.
   *
   * @param trace that must not be written over
   */
  void check(Path trace) throws IOException {
    if (output == null) {
      if (force) {
        throw new ParameterException(spec.commandLine(), "--force is for --write-baseline");
      }
      return;
    }
    if (Files.exists(output) && Files.exists(trace) && Files.isSameFile(output, trace)) {
      throw new ParameterException(
          spec.commandLine(), "the baseline cannot replace its trace; give it another name");
    }
    if (!force) {
      NewFile.mustNotExist(output, REMEDY);
    }
  }

  /** What is known; null where nobody said. */
  @Nullable Baseline read() throws IOException {
    if (baseline == null) {
      return null;
    }
    try {
      return Baseline.parse(Files.readAllLines(baseline, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      throw new RefusedFileException(baseline, String.valueOf(e.getMessage()), null);
    } catch (NoSuchFileException e) {
      throw new RefusedFileException(
          baseline, "there is no such file; --write-baseline makes one", e);
    } catch (CharacterCodingException e) {
      throw new RefusedFileException(baseline, "is no text, so no baseline", e);
    } catch (IOException e) {
      throw new RefusedFileException(baseline, "cannot be read; check its permissions", e);
    }
  }

  /** True where a baseline was written, as was asked for. */
  boolean write(CheckReport report) throws IOException {
    if (output == null) {
      return false;
    }
    byte[] text =
        Baseline.of(report.findings())
            .text(report.meta().sourceName())
            .getBytes(StandardCharsets.UTF_8);
    if (force) {
      NewFile.replace(output, text);
    } else {
      NewFile.create(output, text, REMEDY);
    }
    return true;
  }
}
