package org.wsktrace.track;

import it.unimi.dsi.fastutil.longs.Long2ObjectLinkedOpenHashMap;
import java.util.Collections;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent;
import org.wsktrace.track.LiveThread.Frame;
import org.wsktrace.track.LiveThread.Kind;

/**
 * What each thread is in the middle of. Only threads in the middle of something are kept. Bounded:
 * the eldest is forgotten. The idle thread of every processor has the id 0, so for it the processor
 * counts too.
 */
public final class ThreadTracker {
  private static final int MAX_LIVING = 1 << 14;

  private final Long2ObjectLinkedOpenHashMap<LiveThread> living =
      new Long2ObjectLinkedOpenHashMap<>();
  private final Memo.Numbers<LiveThread> memos = new Memo.Numbers<>();

  /** The thread that an event happened on; null when it is in nothing. */
  public @Nullable LiveThread of(WskEvent event) {
    return living.get(key(event));
  }

  /** The enter of the callback that returns; null where it is missing. */
  WskEvent.@Nullable CallbackEnter callback(WskEvent.CallbackExit exit) {
    LiveThread thread = of(exit);
    Frame frame = thread == null ? null : thread.innermost(Kind.CALLBACK);
    return frame != null
            && frame.enter().event() instanceof WskEvent.CallbackEnter enter
            && enter.header().opId() == exit.header().opId()
            && enter.kind() == exit.kind()
            && enter.socket() == exit.socket()
        ? enter
        : null;
  }

  /** All that are in something. */
  public Iterable<LiveThread> living() {
    return Collections.unmodifiableCollection(living.values());
  }

  /** Something to remember of each thread, as long as it is in something. */
  public <T> Memo<LiveThread, T> memo(Supplier<T> fresh) {
    return memos.memo(fresh);
  }

  void apply(TimedEvent timed, @Nullable LiveOperation operation) {
    switch (timed.event()) {
      case WskEvent.CallEnter call -> {
        if (call.header().opId() != 0) {
          push(timed, Kind.CALL, operation);
        }
      }
      case WskEvent.OpExit exit -> pop(timed, Kind.CALL, exit.header().opId());
      case WskEvent.OpComplete _ -> push(timed, Kind.COMPLETION, operation);
      case WskEvent.OpCompleteExit exit -> pop(timed, Kind.COMPLETION, exit.header().opId());
      case WskEvent.CallbackEnter _ -> push(timed, Kind.CALLBACK, null);
      case WskEvent.CallbackExit exit -> pop(timed, Kind.CALLBACK, exit.header().opId());
      case WskEvent.RegEnter _ -> push(timed, Kind.REGISTRATION, null);
      case WskEvent.RegExit exit -> pop(timed, Kind.REGISTRATION, exit.header().opId());
      case WskEvent.ReleaseEnter _ -> push(timed, Kind.RELEASE, null);
      case WskEvent.ReleaseExit exit -> pop(timed, Kind.RELEASE, exit.header().opId());
      case WskEvent.WaitEnter _ -> push(timed, Kind.WAIT, null);
      case WskEvent.WaitExit exit -> pop(timed, Kind.WAIT, exit.header().opId());
      default -> {}
    }
  }

  private void push(TimedEvent timed, Kind kind, @Nullable LiveOperation operation) {
    long key = key(timed.event());
    LiveThread thread = living.get(key);
    if (thread == null) {
      thread = new LiveThread(timed.event().header().tid());
      living.put(key, thread);
      if (living.size() > MAX_LIVING) {
        living.removeFirst();
      }
    }
    thread.push(new Frame(kind, timed, operation));
  }

  private void pop(TimedEvent timed, Kind kind, long opId) {
    long key = key(timed.event());
    LiveThread thread = living.get(key);
    if (thread != null) {
      thread.pop(kind, opId);
      if (thread.top() == null) {
        living.remove(key);
      }
    }
  }

  private static long key(WskEvent event) {
    long tid = event.header().tid();
    return tid == 0 ? -1 - event.header().cpu() : tid;
  }
}
