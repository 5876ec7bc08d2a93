package org.wsktrace.cli;

import java.util.concurrent.Callable;
import org.wsktrace.cli.print.Version;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** wsktrace itself: names its commands. */
@Command(
    name = "wsktrace",
    description = "Shows what a Windows kernel driver does with Winsock Kernel, and what is wrong.",
    synopsisSubcommandLabel = "COMMAND",
    sortOptions = false,
    versionProvider = WsktraceCommand.VersionLine.class,
    footer = {
      "",
      "FILE is a recorded trace (.etl), a text trace (.wtrace), a session (.wskdb), or a crash dump or",
      "another image of memory with the flight recorder in it. info and events read any .etl, whoever",
      "recorded it.",
      "",
      "Exit status: 0 done and nothing found, 1 findings, 2 wrong usage, 3 a file cannot be read or",
      "written, 70 a mistake of wsktrace itself."
    })
@SuppressWarnings("UnusedVariable") // picocli knows what --help and --version do
final class WsktraceCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this and exit.")
  private boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version and exit.")
  private boolean version;

  @Option(
      names = "--stacktrace",
      scope = ScopeType.INHERIT,
      description = "Show where in wsktrace a failure comes from.")
  private boolean stackTrace;

  boolean stackTrace() {
    return stackTrace;
  }

  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }

  /** What --version prints. */
  static final class VersionLine implements picocli.CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"wsktrace " + Version.text()};
    }
  }
}
