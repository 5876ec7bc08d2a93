package org.wsktrace.cli;

import org.wsktrace.etl.EtlFile.Truncation;
import picocli.CommandLine.Option;

/** Whether a file that ends before its trace does is read as far as it goes. */
final class PartialOption {
  @Option(
      names = "--partial",
      description = "Read a cut or damaged .etl as far as it goes, and say what is missing.")
  private boolean partial;

  Truncation truncation() {
    return partial ? Truncation.TOLERATE : Truncation.REFUSE;
  }
}
