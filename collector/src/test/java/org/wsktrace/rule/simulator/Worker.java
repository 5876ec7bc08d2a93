package org.wsktrace.rule.simulator;

/** A thread of the machine, or the DPC of a processor: what it is in the middle of. */
final class Worker {
  private static final long STACK = 0xfffff68000000000L;
  private static final long STACK_SIZE = 0x6000;

  final int tid;
  int irql;
  private int completions;
  private int callbacks;
  private int depth;

  Worker(int tid) {
    this.tid = tid;
  }

  long stackLow() {
    return STACK + tid * 0x10000L;
  }

  long stackHigh() {
    return stackLow() + STACK_SIZE;
  }

  /** It calls, or is called: its stack grows. */
  void down() {
    depth++;
  }

  void up() {
    depth--;
  }

  void enterCompletion() {
    completions++;
    down();
  }

  void leaveCompletion() {
    completions--;
    up();
  }

  void enterCallback() {
    callbacks++;
    down();
  }

  void leaveCallback() {
    callbacks--;
    up();
  }

  boolean isFree() {
    return depth == 0;
  }

  /** The header of an event that happens on it. */
  String header() {
    String flags =
        completions > 0
            ? callbacks > 0 ? "flags:InCallback|InCompletion " : "flags:InCompletion "
            : callbacks > 0 ? "flags:InCallback " : "";
    long sp = stackHigh() - 0x200 - depth * 0x180L;
    return "cpu%d tid:%d irql:%d sp:0x%x %s".formatted(tid & 1, tid, irql, sp, flags);
  }
}
