package org.wsktrace.cli.judgement;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.wsktrace.cli.print.Progress;
import org.wsktrace.cli.print.Screen;
import org.wsktrace.cli.print.Version;
import org.wsktrace.event.FileTime;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent;
import org.wsktrace.rule.judge.Judge;
import org.wsktrace.source.SourceEvent;
import org.wsktrace.source.SourceLoss;
import org.wsktrace.source.Trace;
import org.wsktrace.source.TraceConsumer;
import org.wsktrace.source.TraceCounts;
import org.wsktrace.source.TraceOrigin;
import org.wsktrace.store.JudgedReport;
import org.wsktrace.store.SessionWriter;
import org.wsktrace.store.row.SessionMeta;
import org.wsktrace.store.row.StoredDriver;
import org.wsktrace.store.row.StoredLoss;
import org.wsktrace.store.row.StoredReport;
import org.wsktrace.track.fact.DriverImage;
import org.wsktrace.track.fact.Fact;
import org.wsktrace.track.fact.Loss;

/** One trace before the judge: events go from the source to the judge and to the transcript. */
public final class Hearing implements TraceConsumer {
  /** Keeps what comes by. */
  public interface Transcript {
    /** Keeps nothing. */
    Transcript NONE =
        new Transcript() {
          @Override
          public void event(SourceEvent event) {}

          @Override
          public void fact(Fact fact) {}
        };

    void event(SourceEvent event) throws IOException;

    void fact(Fact fact) throws IOException;

    /** Keeps all of it in a session. */
    static Transcript in(SessionWriter session) {
      return new Transcript() {
        @Override
        public void event(SourceEvent event) throws IOException {
          session.event(event.id(), event.seq(), event.nanos(), event.event(), event.payload());
        }

        @Override
        public void fact(Fact fact) throws IOException {
          session.fact(fact);
        }
      };
    }
  }

  private final Transcript transcript;
  private final Progress progress;
  private final Judge judge;
  private final List<StoredLoss> losses = new ArrayList<>();
  private final List<StoredDriver> drivers = new ArrayList<>();
  private WskEvent.@Nullable SessionInfo capture;

  private Hearing(Terms terms, Transcript transcript, Progress progress) {
    this.transcript = transcript;
    this.progress = progress;
    this.judge = new Judge(terms.rules(), terms.settings(), this::fact);
  }

  /** Judges a trace. */
  public static Judgement hold(Trace trace, Terms terms, Transcript transcript, Screen screen)
      throws IOException {
    try (var progress = new Progress(screen, trace.path())) {
      var hearing = new Hearing(terms, transcript, progress);
      TraceCounts counts = trace.read(hearing);
      StoredReport report = JudgedReport.stored(hearing.judge.end());
      return new Judgement(
          meta(trace, counts, hearing.capture),
          counts.byId(),
          List.copyOf(hearing.losses),
          List.copyOf(hearing.drivers),
          report);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  @Override
  public void event(SourceEvent event) throws IOException {
    transcript.event(event);
    if (event.event() instanceof WskEvent.SessionInfo info) {
      capture = info;
    }
    if (event.event() != null) {
      judge.event(new TimedEvent(event.event(), event.nanos()));
    }
  }

  @Override
  public void loss(SourceLoss loss) {
    Loss.Reason reason =
        switch (loss.cause()) {
          case SEQUENCE_GAP -> Loss.Reason.SEQUENCE_GAP;
          case DAMAGED_EVENT, DAMAGED_BUFFER -> Loss.Reason.UNREADABLE;
          case SESSION_LOST -> Loss.Reason.ETW_REFUSED;
          case FILE_CUT -> Loss.Reason.FILE_TRUNCATED;
        };
    judge.loss(new Loss(loss.firstSeq(), loss.lastSeq(), loss.count(), reason));
  }

  @Override
  public void progress(long done, long total) {
    progress.at(done, total);
  }

  /** The judge's facts, its losses among them. */
  private void fact(Fact fact) {
    switch (fact) {
      case Loss loss -> losses.add(JudgedReport.stored(loss));
      case DriverImage driver ->
          drivers.add(
              new StoredDriver(driver.client(), driver.name(), driver.base(), driver.size()));
      default -> {}
    }
    try {
      transcript.fact(fact);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static SessionMeta meta(
      Trace trace, TraceCounts counts, WskEvent.@Nullable SessionInfo capture) throws IOException {
    TraceOrigin origin = trace.origin();
    Path name = trace.path().getFileName();
    return new SessionMeta(
        "wsktrace " + Version.text(),
        Instant.now(),
        String.valueOf(name),
        origin.kind(),
        trace.size(),
        origin.start() != null
            ? origin.start()
            : capture == null ? null : FileTime.instant(capture.startTime()),
        origin.end(),
        Math.max(0, counts.lastNanos() - counts.firstNanos()),
        capture != null ? Long.valueOf(capture.qpcFrequency()) : origin.qpcFrequency(),
        capture != null ? Long.valueOf(capture.osBuild()) : origin.osBuild(),
        capture != null ? Long.valueOf(capture.processorCount()) : origin.processors(),
        capture == null ? null : Long.valueOf(capture.probeVersion()),
        capture == null ? null : Long.valueOf(capture.tiers()),
        counts.events(),
        counts.foreign(),
        counts.unknownIds(),
        counts.damaged() + counts.unnumbered(),
        counts.duplicates() + counts.late());
  }
}
