package org.wsktrace.track.fact;

/** Takes facts in the order in which they become final. Called on the thread that feeds events. */
@FunctionalInterface
public interface FactSink {
  void accept(Fact fact);
}
