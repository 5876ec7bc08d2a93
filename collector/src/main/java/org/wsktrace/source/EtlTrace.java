package org.wsktrace.source;

import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wsktrace.etl.EtlFile;
import org.wsktrace.etl.EtlHeader;
import org.wsktrace.etl.EtlSummary;
import org.wsktrace.etl.EventConsumer;
import org.wsktrace.event.WskEvent;
import org.wsktrace.source.SourceLoss.Cause;

/** An .etl file: a recorded ETW session, or the drained ring of the capture driver. */
public final class EtlTrace implements Trace {
  private static final UUID PROVIDER = UUID.fromString(WskEvent.PROVIDER);

  private final EtlFile file;
  private EventConsumer witness = _ -> {};
  private @Nullable EtlSummary summary;

  private EtlTrace(EtlFile file) {
    this.file = file;
  }

  static EtlTrace open(Path path, EtlFile.Truncation truncation) throws IOException {
    return new EtlTrace(EtlFile.open(path, truncation));
  }

  @Override
  public Path path() {
    return file.path();
  }

  @Override
  public long size() {
    return file.size();
  }

  /** The file, for what it says beside its events; closed with the trace. */
  public EtlFile file() {
    return file;
  }

  /** What the file says of the whole trace. */
  public EtlHeader header() {
    return file.header();
  }

  /** What was read of the whole file, all providers; null before {@link #read}. */
  public @Nullable EtlSummary summary() {
    return summary;
  }

  /** Shows every event of any provider to somebody else too, whenever the trace is read. */
  public void witness(EventConsumer consumer) {
    witness = consumer;
  }

  @Override
  public TraceCounts read(TraceConsumer consumer) throws IOException {
    var intake = new EventIntake(consumer);
    summary =
        file.read(
            event -> {
              witness.accept(event);
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
            },
            (done, total) -> {
              intake.progress(done, total);
              return true;
            });
    TraceCounts counts = intake.end();
    reportSessionLoss(summary, counts, consumer);
    return counts;
  }

  /**
   * What the session lost shows as gaps, or lies before our first event, where a ring was
   * overwritten and the driver says so itself. More than that may have been behind our last event.
   * Nobody knows whose events a session lost, so any of them may have been ours.
   */
  private static void reportSessionLoss(
      EtlSummary summary, TraceCounts counts, TraceConsumer consumer) throws IOException {
    if (counts.events() == 0) {
      return;
    }
    long explained = counts.missing() + counts.firstSeq() - 1;
    reportLoss(Cause.SESSION_LOST, summary.eventsLost() - explained, counts, consumer);
    reportLoss(Cause.SESSION_LOST, summary.buffersLost(), counts, consumer);
    reportLoss(
        Cause.DAMAGED_BUFFER, summary.corruptBuffers() + summary.brokenPlaces(), counts, consumer);
    long cut = Math.max(summary.missingBuffers(), summary.tailBytes() > 0 ? 1 : 0);
    reportLoss(Cause.FILE_CUT, cut, counts, consumer);
  }

  private static void reportLoss(
      Cause cause, long count, TraceCounts counts, TraceConsumer consumer) throws IOException {
    if (count > 0) {
      long behind = counts.lastSeq() + 1;
      // The numbers of a damaged file may be close to the largest there is.
      long last = Math.max(behind, behind + count - 1);
      consumer.loss(new SourceLoss(cause, behind, last, count, counts.lastNanos()));
    }
  }

  @Override
  public TraceOrigin origin() {
    EtlHeader header = header();
    return new TraceOrigin(
        "etl",
        header.start(),
        header.end().orElse(null),
        header.performanceFrequency(),
        header.osBuild(),
        header.processors());
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
