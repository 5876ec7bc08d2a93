package org.wsktrace.source;

import java.util.ArrayList;
import java.util.List;

/** Writes down what it is told: "3" for an event, "lost 4-6" for a loss. */
final class Heard implements TraceConsumer {
  private final List<String> words = new ArrayList<>();
  final List<SourceEvent> events = new ArrayList<>();
  final List<SourceLoss> losses = new ArrayList<>();

  @Override
  public void event(SourceEvent event) {
    words.add(Long.toString(event.seq()));
    events.add(event);
  }

  @Override
  public void loss(SourceLoss loss) {
    words.add("lost " + loss.firstSeq() + "-" + loss.lastSeq());
    losses.add(loss);
  }

  @Override
  public String toString() {
    return String.join(", ", words);
  }
}
