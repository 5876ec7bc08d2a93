package org.wsktrace.rule.judge;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent.InDriverFinding;
import org.wsktrace.rule.CallSite;
import org.wsktrace.rule.Evidence;
import org.wsktrace.rule.Finding;
import org.wsktrace.rule.RuleInfo;
import org.wsktrace.rule.Verdict;
import org.wsktrace.track.DriverTracker;

/**
 * What the capture driver found by itself while it recorded. It sees one act and no story, so its
 * word counts only where the rule finds nothing at that call: where the events that the rule would
 * need are lost, say.
 */
final class DriverWord {
  private static final int MAX_FINGERPRINTS = 10_000;

  private final Map<String, Finding> first = new LinkedHashMap<>();
  private final Map<String, Long> counts = new LinkedHashMap<>();

  /**
   * @param rule that the driver names
   */
  void hear(TimedEvent timed, RuleInfo rule, DriverTracker drivers) {
    CallSite where = CallSite.of(timed.event(), drivers);
    String fingerprint = Finding.fingerprint(rule, where);
    long opId = timed.event().header().opId();
    if (first.containsKey(fingerprint) || first.size() < MAX_FINGERPRINTS) {
      counts.merge(fingerprint, 1L, Long::sum);
      first.computeIfAbsent(
          fingerprint,
          _ ->
              new Finding(
                  rule,
                  rule.severity(),
                  Verdict.VIOLATION,
                  rule.name() + ", says the capture driver, which saw it happen",
                  Map.of(),
                  "",
                  where,
                  List.of(Evidence.of(timed, "found by the driver", drivers)),
                  fingerprint,
                  opId == 0 ? null : opId,
                  1));
    }
  }

  /** WSK-BUF-001 for WskBuf001, which is how the manifest names it. */
  static String idOf(InDriverFinding found) {
    return found.rule().label().replaceFirst("Wsk([A-Z][a-z]+)(\\d{3})", "WSK-$1-$2");
  }

  /** What the rules did not find themselves. */
  List<Finding> findingsBut(Set<String> fingerprints) {
    return first.entrySet().stream()
        .filter(entry -> !fingerprints.contains(entry.getKey()))
        .map(entry -> entry.getValue().times(counts.getOrDefault(entry.getKey(), 1L)))
        .toList();
  }
}
