package org.wsktrace.cli;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.function.Function;
import org.wsktrace.cli.judgement.NothingToJudgeException;
import org.wsktrace.cli.listing.EventFilter;
import org.wsktrace.cli.listing.Outlet;
import org.wsktrace.cli.listing.TracePoint;
import org.wsktrace.cli.print.Screen;
import org.wsktrace.cli.print.Words;
import org.wsktrace.etl.EtlException;
import org.wsktrace.recorder.ImageException;
import org.wsktrace.source.SourceException;
import org.wsktrace.store.StoreException;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/** The program. */
public final class Main {
  private Main() {}

  /** Runs one command and ends with its {@link ExitStatus}. */
  public static void main(String[] args) {
    boolean terminal = isTerminal();
    var err = writer(new FileOutputStream(FileDescriptor.err), charset("stderr.encoding"));
    boolean colour = terminal && System.getenv("NO_COLOR") == null;
    int status =
        run(
            args,
            Screen.on(
                new FileOutputStream(FileDescriptor.out),
                charset("stdout.encoding"),
                err,
                colour,
                terminal));
    System.exit(status);
  }

  /** Whether stdin and stdout are one: Java cannot ask for stdout alone. */
  @SuppressWarnings("SystemConsoleNull") // since JDK 25 it is null again
  private static boolean isTerminal() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }

  private static Charset charset(String property) {
    return Charset.forName(System.getProperty(property, "UTF-8"), StandardCharsets.UTF_8);
  }

  private static PrintWriter writer(OutputStream to, Charset charset) {
    return new PrintWriter(new OutputStreamWriter(to, charset));
  }

  /**
   * Runs one command, in UTF-8, without colour and progress.
   *
   * @return its {@link ExitStatus}
   */
  public static int run(String[] args, OutputStream out, OutputStream err) {
    PrintWriter errors = writer(err, StandardCharsets.UTF_8);
    return run(args, Screen.on(out, StandardCharsets.UTF_8, errors, false, false));
  }

  static int run(String[] args, Screen screen) {
    var wsktrace = new WsktraceCommand();
    var commands =
        new CommandLine(wsktrace)
            .addSubcommand(new InfoCommand(screen))
            .addSubcommand(new EventsCommand(screen))
            .addSubcommand(new ImportCommand(screen))
            .addSubcommand(new CheckCommand(screen))
            .addSubcommand(new RulesCommand(screen))
            .addSubcommand(new SamplesCommand(screen))
            .addSubcommand(new DemoCommand(screen))
            .registerConverter(Path.class, Main::path)
            .registerConverter(TraceArgument.class, given(TraceArgument::parse))
            .registerConverter(SettingWord.class, given(SettingWord::parse))
            .registerConverter(TracePoint.class, given(TracePoint::parse))
            .registerConverter(EventFilter.Provider.class, given(EventFilter.Provider::parse))
            .registerConverter(EventFilter.Kind.class, given(EventFilter.Kind::parse))
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setColorScheme(
                new CommandLine.Help.ColorScheme.Builder(CommandLine.Help.Ansi.OFF).build())
            .setUsageHelpWidth(100)
            .setOut(screen.out())
            .setErr(screen.err())
            .setParameterExceptionHandler((e, given) -> wrongUsage(e, screen))
            .setExecutionExceptionHandler(
                (e, command, parsed) -> failure(e, wsktrace.stackTrace(), screen));
    int status;
    try {
      status = commands.execute(args);
    } catch (OutOfMemoryError e) {
      complain(screen, "the memory is not enough; give more with JAVA_OPTS=-Xmx4g");
      status = ExitStatus.BUG;
    }
    screen.out().flush();
    screen.err().flush();
    return status;
  }

  /** In a locale that has no letters but English ones, Java has no names with others. */
  static Path path(String name) {
    try {
      return Path.of(name);
    } catch (InvalidPathException e) {
      throw new TypeConversionException(
          "'%s' is no file name in this locale; set LC_ALL=C.UTF-8".formatted(name));
    }
  }

  /** What the parser says of a text without meaning goes to the user. */
  private static <T> ITypeConverter<T> given(Function<String, T> parser) {
    return text -> {
      try {
        return parser.apply(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    };
  }

  private static int wrongUsage(ParameterException e, Screen screen) {
    complain(
        screen,
        "%s; try '%s --help'"
            .formatted(e.getMessage(), e.getCommandLine().getCommandSpec().qualifiedName()));
    return ExitStatus.USAGE;
  }

  /** One line for what can be expected, and for what cannot. */
  private static int failure(Exception failure, boolean stackTrace, Screen screen) {
    Exception e = failure instanceof UncheckedIOException io ? io.getCause() : failure;
    int status = e instanceof IOException ? ExitStatus.FILE : ExitStatus.BUG;
    complain(
        screen,
        switch (e) {
          case EtlException.Truncated _, EtlException.Damaged _ ->
              e.getMessage() + " Or read what is there with --partial.";
          case EtlException _,
              SourceException _,
              ImageException _,
              StoreException _,
              NothingToJudgeException _,
              RefusedFileException _ ->
              String.valueOf(e.getMessage());
          case Outlet.Failure _ -> e.getMessage() + "; check the disk and try again";
          case IOException _ ->
              "a file could not be read or written (%s); check the disk and try again".formatted(e);
          default ->
              ("this is a mistake of wsktrace itself (%s);"
                      + " please report it, with what --stacktrace shows")
                  .formatted(e);
        });
    if (stackTrace) {
      e.printStackTrace(screen.err());
    }
    return status;
  }

  private static void complain(Screen screen, String what) {
    screen.out().flush();
    screen.err().print("wsktrace: " + Words.printable(what) + "\n");
  }
}
