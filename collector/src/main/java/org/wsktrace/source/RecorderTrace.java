package org.wsktrace.source;

import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wsktrace.etl.record.EventRecord;
import org.wsktrace.event.FileTime;
import org.wsktrace.event.WskEvent;
import org.wsktrace.recorder.Capture;
import org.wsktrace.recorder.DumpHeader;
import org.wsktrace.recorder.MemoryImage;
import org.wsktrace.recorder.RecordCursor;
import org.wsktrace.recorder.Survey;
import org.wsktrace.recorder.page.CaptureStart;
import org.wsktrace.source.SourceLoss.Cause;

/** The flight recorder in a crash dump or another image of memory: its newest capture. */
public final class RecorderTrace implements Trace {
  private static final UUID PROVIDER = UUID.fromString(WskEvent.PROVIDER);

  /** Events between two looks at the progress. */
  private static final int EVENTS = 8192;

  /**
   * What was found in the image.
   *
   * @param capture the one that is read
   */
  public record Finding(Survey survey, Capture capture) {}

  private final MemoryImage image;
  private @Nullable Finding finding;

  private RecorderTrace(MemoryImage image) {
    this.image = image;
  }

  static RecorderTrace open(Path path) throws IOException {
    return new RecorderTrace(MemoryImage.open(path));
  }

  @Override
  public Path path() {
    return image.path();
  }

  @Override
  public long size() {
    return image.size();
  }

  /** The image, for what it says beside the recorder; closed with the trace. */
  public MemoryImage image() {
    return image;
  }

  /** What was found; null before {@link #read}. */
  public @Nullable Finding finding() {
    return finding;
  }

  @Override
  public TraceCounts read(TraceConsumer consumer) throws IOException {
    Survey survey =
        image.survey(
            (done, total) -> {
              consumer.progress(done, total);
              return true;
            });
    Capture capture = image.newest(survey);
    finding = new Finding(survey, capture);
    var intake = new EventIntake(consumer);
    RecordCursor cursor = image.records(capture);
    for (long seen = 1; cursor.next(); seen++) {
      deliver(cursor.event(), intake);
      if (seen % EVENTS == 0) {
        intake.progress(size(), size());
      }
    }
    TraceCounts counts = intake.end();
    reportDamage(capture.damagedPages() + cursor.damagedAtEnd(), counts, consumer);
    return counts;
  }

  private static void deliver(EventRecord event, EventIntake intake) throws IOException {
    if (event.isFrom(PROVIDER)) {
      intake.payload(
          event.id(),
          event.segment(),
          event.payloadOffset(),
          event.payloadSize(),
          event.nanoseconds());
    } else {
      intake.foreign();
    }
  }

  /**
   * A damaged record between two good ones of its processor is a gap in the numbers, and was
   * reported as one. What is damaged behind the last may be behind the last number.
   */
  private static void reportDamage(long count, TraceCounts counts, TraceConsumer consumer)
      throws IOException {
    if (count > 0 && counts.events() > 0) {
      long behind = counts.lastSeq() + 1;
      long last = Math.max(behind, behind + count - 1);
      consumer.loss(new SourceLoss(Cause.DAMAGED_BUFFER, behind, last, count, counts.lastNanos()));
    }
  }

  @Override
  public TraceOrigin origin() {
    DumpHeader dump = image.dumpHeader().orElse(null);
    CaptureStart start = finding == null ? null : finding.capture().start();
    return new TraceOrigin(
        dump == null ? "memory" : "dump",
        start == null ? null : FileTime.instant(start.fileTime()),
        dump == null || dump.systemTime() == null ? null : FileTime.instant(dump.systemTime()),
        start == null ? null : (Long) start.frequency(),
        null,
        start == null ? null : (Long) (long) start.processors());
  }

  @Override
  public void close() throws IOException {
    image.close();
  }
}
