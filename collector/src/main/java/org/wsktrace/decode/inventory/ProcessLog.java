package org.wsktrace.decode.inventory;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Follows processes through their lives, as {@link ModuleLog} does with images. */
final class ProcessLog {
  private final int most;
  private final TextBudget texts;
  private final List<TracedProcess> processes = new ArrayList<>();
  // By id: where in the list.
  private final Map<Integer, Integer> live = new HashMap<>();
  private long others;

  /**
   * @param most how many processes are kept
   */
  ProcessLog(int most, TextBudget texts) {
    this.most = most;
    this.texts = texts;
  }

  /** A process was started: a new life, whatever had its id before. */
  void start(Said said, Instant time) {
    begin(said, time);
  }

  /** A process is there, at the trace's beginning or end. */
  void rundown(Said said) {
    if (!live.containsKey(processId(said))) {
      begin(said, null);
    }
  }

  /** A process ended. */
  void end(Said said, Instant time) {
    rundown(said);
    Integer index = live.remove(processId(said));
    if (index != null) {
      TracedProcess process = processes.get(index);
      processes.set(
          index,
          new TracedProcess(
              process.processId(),
              process.parentId(),
              process.sessionId(),
              process.imageName(),
              process.commandLine(),
              process.user(),
              process.started(),
              time,
              (int) said.number("ExitStatus", 0)));
    }
  }

  private static int processId(Said said) {
    return (int) said.number("ProcessId", -1);
  }

  private void begin(Said said, @Nullable Instant started) {
    if (processes.size() >= most) {
      others++;
      live.remove(processId(said));
      return;
    }
    live.put(processId(said), processes.size());
    processes.add(
        new TracedProcess(
            processId(said),
            (int) said.number("ParentId", 0),
            (int) said.number("SessionId", -1),
            texts.keep(said.text("ImageFileName")),
            texts.keep(said.text("CommandLine")),
            texts.keep(said.text("UserSID")),
            started,
            null,
            null));
  }

  /** Events of processes that were not kept. */
  long others() {
    return others;
  }

  /** In the order in which the trace tells of them. */
  List<TracedProcess> processes() {
    return List.copyOf(processes);
  }
}
