package org.wsktrace.rule.judge;

import java.util.List;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.rule.Rule;
import org.wsktrace.track.fact.FactSink;
import org.wsktrace.track.fact.Loss;

/**
 * Judges one trace. Feed it events in the order of their seq, and each loss before the first event
 * behind it; then {@link #end} once. Facts go to the sink as they become final, the rest in {@link
 * #end}. One thread.
 */
public final class Judge {

  /**
   * @param rules of a fresh {@code Catalogue.rules()}: a rule belongs to one judge
   */
  public Judge(List<Rule> rules, FactSink facts) {}

  public void event(TimedEvent event) {}

  public void loss(Loss loss) {}

  public JudgeReport end() {
    return new JudgeReport(List.of(), List.of());
  }
}
