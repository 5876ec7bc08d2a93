package org.wsktrace.track;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.wsktrace.event.TimedEvent;

/**
 * What a thread is in the middle of, as far as the trace shows: calls into WSK and WSK's calls into
 * the driver, one inside the other. A processor's interrupts and DPCs run on the thread that they
 * found there, so their frames lie on top of its own.
 */
public final class LiveThread extends Live {
  /** Too deep for any kernel stack: the trace is damaged. */
  static final int MAX_FRAMES = 256;

  /**
   * One frame.
   *
   * @param enter the event that began it
   * @param operation of CALL and COMPLETION, null where it is not known
   */
  public record Frame(Kind kind, TimedEvent enter, @Nullable LiveOperation operation) {}

  /** What a thread can be in. */
  public enum Kind {
    /** A WSK function that the driver called. */
    CALL,
    /** A completion routine of the driver. */
    COMPLETION,
    /** An event callback of the driver. */
    CALLBACK,
    /** WskRegister and its like. */
    REGISTRATION,
    /** WskRelease. */
    RELEASE,
    /** KeWaitForSingleObject and its like. */
    WAIT
  }

  private final long tid;
  private final List<Frame> frames = new ArrayList<>(4);

  LiveThread(long tid) {
    this.tid = tid;
  }

  public long tid() {
    return tid;
  }

  /** Outermost first. */
  public List<Frame> frames() {
    return Collections.unmodifiableList(frames);
  }

  /** The innermost frame; null when it is in none. */
  public @Nullable Frame top() {
    return frames.isEmpty() ? null : frames.getLast();
  }

  /** The innermost frame of a kind. */
  public @Nullable Frame innermost(Kind kind) {
    for (int i = frames.size() - 1; i >= 0; i--) {
      if (frames.get(i).kind() == kind) {
        return frames.get(i);
      }
    }
    return null;
  }

  void push(Frame frame) {
    if (frames.size() < MAX_FRAMES) {
      frames.add(frame);
    }
  }

  /**
   * Ends the innermost frame of a kind, and what is still open above it: their ends are missing
   * from the trace.
   *
   * @param opId of CALL and COMPLETION, 0 for others
   */
  void pop(Kind kind, long opId) {
    for (int i = frames.size() - 1; i >= 0; i--) {
      Frame frame = frames.get(i);
      if (frame.kind() == kind && frame.enter().event().header().opId() == opId) {
        frames.subList(i, frames.size()).clear();
        return;
      }
    }
  }
}
