package org.wsktrace.rule.simulator;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/**
 * The machine: its clock, its threads and its memory. Stories happen on it, their steps in order,
 * those of several mixed at random. One thread; what is random comes from the seed alone.
 */
final class Machine {
  private static final int WORKERS = 48;
  private static final long HEARTBEAT_NANOS = 1_000_000_000;

  /** Something that happens at once. */
  interface Step {
    /** Returns false when its time has not come: nothing happened then. */
    boolean happen();
  }

  final Random random;
  final Addresses irps = new Addresses(0xffffa80100000000L, 0x1000, 400);
  final Addresses mdls = new Addresses(0xffffa80200000000L, 0x100, 800);
  final Addresses blocks = new Addresses(0xffffa80300000000L, 0x10000, 800);
  final Addresses sockets = new Addresses(0xffffa80400000000L, 0x400, 60);
  final Addresses indications = new Addresses(0xffffa80500000000L, 0x100, 400);

  private final List<Deque<Step>> stories = new ArrayList<>();
  private final List<Worker> workers = new ArrayList<>();
  private final StringBuilder lines = new StringBuilder("wtrace 1\n");
  private long nanos = 1_000;
  private long nextHeartbeat = HEARTBEAT_NANOS;
  private long events;
  private int opIds;

  Machine(Random random) {
    this.random = random;
    for (int i = 0; i < WORKERS; i++) {
      workers.add(new Worker(100 + i));
    }
  }

  int newOpId() {
    return ++opIds;
  }

  long events() {
    return events;
  }

  int stories() {
    return stories.size();
  }

  /** Chance of one in so many. */
  boolean rarely(int oneIn) {
    return random.nextInt(oneIn) == 0;
  }

  <T> T oneOf(List<T> several) {
    return several.get(random.nextInt(several.size()));
  }

  /** A thread that does nothing else; null when all are busy. */
  boolean hasWorkers(int count) {
    return workers.size() >= count;
  }

  Worker takeWorker() {
    return workers.remove(random.nextInt(workers.size()));
  }

  void give(Worker worker) {
    if (!worker.isFree()) {
      throw new IllegalStateException(
          "thread %d is in the middle of something".formatted(worker.tid));
    }
    worker.irql = 0;
    workers.add(worker);
  }

  /**
   * An event.
   *
   * @param rva of the caller, 0 for an event that has none
   * @param op id, 0 for an event that is of no operation
   */
  boolean event(Worker on, int rva, int op, String text) {
    tick();
    lines.append(nanos).append("ns client:1 pid:4 ").append(on.header());
    if (rva != 0) {
      lines.append("rva:").append(rva).append(' ');
    }
    if (op != 0) {
      lines.append("op:").append(op).append(' ');
    }
    lines.append(text).append('\n');
    events++;
    return true;
  }

  private void tick() {
    nanos += 100 + random.nextInt(rarely(200) ? 2_000_000 : 3_000);
    while (nanos >= nextHeartbeat) {
      lines.append(nextHeartbeat).append("ns cpu0 irql:2 Heartbeat\n");
      events++;
      nextHeartbeat += HEARTBEAT_NANOS;
      nanos = Math.max(nanos, nextHeartbeat - HEARTBEAT_NANOS + 1);
    }
  }

  void begin(List<Step> story) {
    stories.add(new ArrayDeque<>(story));
  }

  /** Lets something happen that can; false when nothing is going on. */
  boolean step() {
    if (stories.isEmpty()) {
      return false;
    }
    int first = random.nextInt(stories.size());
    for (int i = 0; i < stories.size(); i++) {
      int at = (first + i) % stories.size();
      Deque<Step> story = stories.get(at);
      if (story.getFirst().happen()) {
        story.removeFirst();
        if (story.isEmpty()) {
          stories.set(at, stories.getLast());
          stories.removeLast();
        }
        return true;
      }
    }
    throw new IllegalStateException("the machine is stuck");
  }

  /** What was written since the last time. */
  String take() {
    String text = lines.toString();
    lines.setLength(0);
    return text;
  }

  static String hex(long address) {
    return "0x" + Long.toHexString(address);
  }
}
