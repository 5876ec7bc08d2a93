package org.wsktrace.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.wsktrace.cli.info.LossText;
import org.wsktrace.cli.info.RecorderContent;
import org.wsktrace.cli.listing.CsvLines;
import org.wsktrace.cli.listing.EventFilter;
import org.wsktrace.cli.listing.EventListing;
import org.wsktrace.cli.listing.EventPrinter;
import org.wsktrace.cli.listing.Interrupt;
import org.wsktrace.cli.listing.JsonLines;
import org.wsktrace.cli.listing.Outlet;
import org.wsktrace.cli.listing.TextLines;
import org.wsktrace.cli.listing.TracePoint;
import org.wsktrace.cli.print.Progress;
import org.wsktrace.cli.print.Screen;
import org.wsktrace.cli.print.Words;
import org.wsktrace.decode.EventDecoder;
import org.wsktrace.decode.Schemas;
import org.wsktrace.decode.manifest.ManifestException;
import org.wsktrace.etl.EtlFile;
import org.wsktrace.etl.EventConsumer;
import org.wsktrace.etl.EventCursor;
import org.wsktrace.etl.EventSequence;
import org.wsktrace.recorder.Capture;
import org.wsktrace.recorder.MemoryImage;
import org.wsktrace.recorder.Survey;
import org.wsktrace.source.FileKind;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lists the events of a trace, whoever logged them. */
@Command(
    name = "events",
    description = "Lists the events of a trace, decoded, one a line, in the order of time.",
    sortOptions = false,
    footer = {
      "",
      "An .etl is read twice: descriptions of events may come behind the events, so all of them are",
      "learnt first. --raw leaves that out.",
      "",
      "A TIME is seconds since the start of the trace (1.5, or 20ms, 3us, 100ns, 2m, 1h) or a time in",
      "UTC (2026-01-31T12:00:00.5Z). JSON keys and CSV columns: docs/json.md."
    })
final class EventsCommand implements Callable<Integer> {
  private static final int BUFFER_BYTES = 1 << 16;

  /** How events are printed. */
  enum LineFormat {
    TEXT,
    JSON,
    CSV
  }

  private final Screen screen;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "An .etl file, or MEMORY.DMP.")
  private Path file;

  @Option(
      names = "--provider",
      paramLabel = "PROVIDER",
      description =
          "Only events of this provider: its GUID, or its name as info has it. May be given again.")
  private List<EventFilter.Provider> providers = new ArrayList<>();

  @Option(
      names = "--id",
      paramLabel = "ID",
      description =
          "Only events with this id or name; of the kernel 0xGGOO, group and opcode; of classic"
              + " providers the opcode. May be given again.")
  private List<EventFilter.Kind> kinds = new ArrayList<>();

  @Option(names = "--from", paramLabel = "TIME", description = "No event before this time.")
  private @Nullable TracePoint from;

  @Option(names = "--to", paramLabel = "TIME", description = "Only events before this time.")
  private @Nullable TracePoint to;

  @Option(names = "--limit", paramLabel = "N", description = "No more than so many events.")
  private long limit = Long.MAX_VALUE;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "text (unless told), json (one object a line) or csv.")
  private LineFormat format;

  @Option(
      names = "--manifest",
      paramLabel = "MAN",
      description =
          "A provider's instrumentation manifest (.man), for events that the trace itself does not"
              + " describe. May be given again.")
  private List<Path> manifests = new ArrayList<>();

  @Option(
      names = "--raw",
      description =
          "Read the file once, decoding by what was read so far: the first lines come at once, however"
              + " large the file is.")
  private boolean raw;

  @Mixin private PartialOption partial;

  EventsCommand(Screen screen) {
    this.screen = screen;
  }

  @Override
  public Integer call() throws IOException {
    FileKind kind = FileKind.of(file);
    refuseOtherKinds(kind);
    if (limit < 0) {
      throw new ParameterException(spec.commandLine(), "--limit is 0 or more");
    }
    try (var interrupt = Interrupt.watched()) {
      if (kind == FileKind.ETL) {
        listEtl(interrupt);
      } else {
        listRecorder(interrupt);
      }
    } catch (Outlet.Failure e) {
      if (!e.readerIsGone()) {
        throw e;
      }
    }
    return ExitStatus.GOOD;
  }

  private void refuseOtherKinds(FileKind kind) {
    String why =
        switch (kind) {
          case ETL, CRASH_DUMP, MEMORY -> "";
          case TEXT_TRACE ->
              "is a text trace: each of its lines is an event already; read it as it is";
          case SQLITE -> "is a session; give the .etl that it was made from";
        };
    if (!why.isEmpty()) {
      throw new ParameterException(spec.commandLine(), file + " " + why);
    }
  }

  private void listEtl(Interrupt interrupt) throws IOException {
    Schemas schemas = schemas();
    EventConsumer learner = learner(schemas);
    try (EtlFile etl = EtlFile.open(file, partial.truncation())) {
      if (!raw) {
        try (var progress = new Progress(screen, file)) {
          etl.read(
              learner,
              (done, total) -> {
                progress.at(done, total);
                return !interrupt.asked();
              });
        }
      }
      try (EventCursor cursor = etl.cursor()) {
        EventListing.Outcome outcome = print(cursor, raw ? learner : _ -> {}, schemas, interrupt);
        notes(outcome, () -> LossText.of(cursor.summary()));
      }
    }
  }

  /** Nobody else's events are in it, and ours are described by what is built in: one pass. */
  private void listRecorder(Interrupt interrupt) throws IOException {
    Schemas schemas = schemas();
    try (MemoryImage image = MemoryImage.open(file)) {
      Survey survey = survey(image, interrupt);
      if (interrupt.asked()) {
        return;
      }
      Capture capture = image.newest(survey);
      var content = new RecorderContent(image.dumpHeader().orElse(null), survey, capture);
      notes(print(image.records(capture), learner(schemas), schemas, interrupt), content::leftOut);
    }
  }

  private Survey survey(MemoryImage image, Interrupt interrupt) throws IOException {
    try (var progress = new Progress(screen, file)) {
      return image.survey(
          (done, total) -> {
            progress.at(done, total);
            return !interrupt.asked();
          });
    }
  }

  private static EventConsumer learner(Schemas schemas) {
    var own = new OwnEvents(schemas);
    return event -> {
      own.notice(event);
      schemas.learn(event);
    };
  }

  /** What is known of events before the trace is read. */
  private Schemas schemas() throws IOException {
    var schemas = new Schemas();
    for (Path manifest : manifests) {
      try (InputStream in = Files.newInputStream(manifest)) {
        schemas.addManifest(in);
      } catch (NoSuchFileException e) {
        throw new RefusedFileException(manifest, "there is no such file; check the name", e);
      } catch (ManifestException e) {
        throw new RefusedFileException(manifest, String.valueOf(e.getMessage()), e);
      }
    }
    return schemas;
  }

  private EventListing.Outcome print(
      EventSequence events, EventConsumer witness, Schemas schemas, Interrupt interrupt)
      throws IOException {
    screen.out().flush();
    OutputStream out = new BufferedOutputStream(new Outlet(screen.bytes()), BUFFER_BYTES);
    EventPrinter printer =
        switch (format) {
          case TEXT -> new TextLines(out, screen.charset());
          case JSON -> new JsonLines(out);
          case CSV -> new CsvLines(out);
        };
    var filter = new EventFilter(providers, kinds, from, to);
    var decoder = new EventDecoder(schemas);
    return new EventListing(filter, limit, witness, decoder::decode, printer, interrupt::asked)
        .of(events);
  }

  /** What an interrupt or the limit has cut short says nothing of the file. */
  private void notes(EventListing.Outcome outcome, Supplier<List<String>> losses) {
    if (!outcome.ended()) {
      return;
    }
    if (outcome.printed() == 0) {
      note(
          "none of the %s passes; 'wsktrace info' names the providers"
              .formatted(Words.count(outcome.seen(), "event")));
    }
    losses.get().forEach(this::note);
  }

  private void note(String what) {
    screen.err().print("wsktrace: " + Words.printable(what) + "\n");
  }
}
