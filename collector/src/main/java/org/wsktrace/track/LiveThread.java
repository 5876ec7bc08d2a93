package org.wsktrace.track;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent.CallEnter;

/**
 * What a thread is in the middle of, as far as the trace shows: calls into WSK and WSK's calls into
 * the driver, one inside the other. A processor's interrupts and DPCs run on the thread that they
 * found there, so their frames lie on top of its own.
 */
public final class LiveThread extends Live {
  /** As KIRQL has it on all processors that the driver knows. */
  private static final int DISPATCH_LEVEL = 2;

  /** Too deep for any kernel stack: the trace is damaged. */
  static final int MAX_FRAMES = 256;

  /**
   * One frame.
   *
   * @param enter the event that began it
   * @param operation of CALL and COMPLETION, null where it is not known
   */
  public record Frame(Kind kind, TimedEvent enter, @Nullable LiveOperation operation) {
    /** The IRQL that it began at. */
    public int irql() {
      return enter.event().header().irql();
    }

    private long stackPointer() {
      return enter.event().header().stackPointer();
    }

    /**
     * A call was made by the code of this frame, not by what interrupted it: a DPC runs in the name
     * of the thread that it found, but at DISPATCH_LEVEL and on a stack of its own. False where it
     * can't be told.
     */
    public boolean surelyMade(CallEnter call) {
      int irql = call.header().irql();
      if (irql() >= DISPATCH_LEVEL || irql < DISPATCH_LEVEL) {
        return true;
      }
      return onStackOf(call) && stackPointer() > call.header().stackPointer();
    }

    /** Its code ran on the stack that a call was made on. */
    private boolean onStackOf(CallEnter call) {
      return Long.compareUnsigned(stackPointer(), call.stackLow()) >= 0
          && Long.compareUnsigned(stackPointer(), call.stackHigh()) < 0;
    }
  }

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

  /** How many frames of a kind there are, one inside the other. */
  public int depth(Kind kind) {
    int depth = 0;
    for (int i = 0; i < frames.size(); i++) {
      depth += frames.get(i).kind() == kind ? 1 : 0;
    }
    return depth;
  }

  /** The frame of a kind that began with an operation's id; null when there is none. */
  public @Nullable Frame in(Kind kind, long opId) {
    int at = find(kind, opId);
    return at < 0 ? null : frames.get(at);
  }

  void push(Frame frame) {
    if (frame.enter().event() instanceof CallEnter call) {
      dropLeft(call);
    }
    if (frames.size() < MAX_FRAMES) {
      frames.add(frame);
    }
  }

  /**
   * Ends the innermost frame of a kind, and what is still open above it: their ends are missing
   * from the trace.
   *
   * @param opId of the event that began it
   */
  void pop(Kind kind, long opId) {
    int at = find(kind, opId);
    if (at >= 0) {
      frames.subList(at, frames.size()).clear();
    }
  }

  private int find(Kind kind, long opId) {
    for (int i = frames.size() - 1; i >= 0; i--) {
      Frame frame = frames.get(i);
      if (frame.kind() == kind && frame.enter().event().header().opId() == opId) {
        return i;
      }
    }
    return -1;
  }

  /**
   * Stacks grow downwards: what stood on the stack of this call and not above it was left, though
   * its end is missing from the trace.
   */
  private void dropLeft(CallEnter call) {
    long pointer = call.header().stackPointer();
    while (!frames.isEmpty()
        && frames.getLast().onStackOf(call)
        && frames.getLast().stackPointer() <= pointer) {
      frames.removeLast();
    }
  }
}
