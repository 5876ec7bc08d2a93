package org.wsktrace.etl;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.wsktrace.etl.record.EventRecord;
import org.wsktrace.etl.record.HeaderType;

/**
 * Goes through the events of a file in the order of time, one at each call, as far as its caller
 * wants. {@link EtlFile#read} does the same to the end.
 *
 * <p>Belongs to the thread that got it from {@link EtlFile#cursor}; other threads may read the same
 * file with cursors of their own.
 */
public final class EventCursor implements EventSequence, AutoCloseable {
  // RT_LostEvent of ntwmi.h: a class that ETW itself logs.
  private static final UUID LOST_EVENT = UUID.fromString("6a399ae0-4bc6-4de9-870b-3657f8947e7e");

  private final EtlFile file;
  private final Iterator<Recording> recordings;
  // Of the recording that is read.
  private Arena arena = Arena.ofConfined();
  private final EtlSummary.Tally tally = new EtlSummary.Tally();
  private final EventRecord event;
  private final long eventBytes;
  private TimeMerge merge;
  private long before = Long.MIN_VALUE;
  private boolean begun;
  private boolean ended;

  EventCursor(EtlFile file, BufferIndex index) throws IOException {
    this.file = file;
    this.recordings = index.recordings().iterator();
    this.eventBytes = index.eventBytes();
    this.event = new EventRecord(file.header().clock());
    try {
      this.merge = merge(recordings.next());
    } catch (Throwable e) {
      arena.close();
      throw e;
    }
  }

  private TimeMerge merge(Recording recording) throws IOException {
    List<ProcessorCursor> processors = new ArrayList<>();
    for (Recording.Processor processor : recording.processors()) {
      Window plain = file.window(arena, processor.largest());
      DecodingWindow decoding =
          processor.largestCompressed() == 0
              ? null
              : file.decodingWindow(
                  arena,
                  processor.largestCompressed(),
                  Objects.requireNonNull(recording.compression()),
                  recording.processors().size());
      long startTicks = recording.header().clock().startTicks();
      processors.add(new ProcessorCursor(processor, plain, decoding, tally, startTicks));
    }
    return new TimeMerge(processors);
  }

  /**
   * Goes to the next event.
   *
   * @return false when there is none left
   * @throws EtlException.Changed where the file became shorter
   */
  @Override
  public boolean next() throws IOException {
    if (begun && !ended) {
      merge.advance();
    }
    begun = true;
    ProcessorCursor earliest = merge.earliest();
    while (earliest == null && recordings.hasNext()) {
      begin(recordings.next());
      earliest = merge.earliest();
    }
    ended = earliest == null;
    if (earliest == null) {
      return false;
    }
    if (earliest.timestamp() < before) {
      tally.outOfOrder();
    }
    before = earliest.timestamp();
    tally.delivered(earliest.type());
    earliest.show(event);
    if (earliest.type().family() == HeaderType.Family.CLASSIC && event.isFrom(LOST_EVENT)) {
      tally.lossNotice();
    }
    return true;
  }

  private void begin(Recording recording) throws IOException {
    arena.close();
    arena = Arena.ofConfined();
    merge = merge(recording);
    event.clock(recording.header().clock());
    before = Long.MIN_VALUE;
  }

  /**
   * The event that {@link #next} went to: one view for all, valid until next or close is called.
   */
  @Override
  public EventRecord event() {
    return event;
  }

  /** How far in the file it is, in bytes of {@link EtlFile#size}. */
  public long bytesRead() {
    double share = (double) tally.bytes() / Math.max(1, eventBytes);
    return Math.min(file.size(), (long) (share * file.size()));
  }

  /**
   * What was read until now, and what is missing in the whole file. Events that the merge has
   * looked at ahead may be among the skipped ones already.
   */
  public EtlSummary summary() {
    return file.summary(tally, !ended);
  }

  @Override
  public void close() {
    arena.close();
  }
}
