package org.wsktrace.rule;

import org.wsktrace.event.TimedEvent;
import org.wsktrace.track.fact.Loss;

/**
 * One thing that a WSK client must or must not do. A rule belongs to one trial, so it may keep what
 * the trackers do not. An exception that it throws ends its part in the trial and makes it
 * NOT_EVALUATED; the other rules go on.
 */
public interface Rule {
  RuleInfo info();

  /** Called before the trackers apply the event: they show the world as it was when it happened. */
  void judge(TimedEvent event, Trial trial);

  /** Events are missing behind the last one. */
  default void loss(Loss loss, Trial trial) {}

  /** After the last event, with everything that then lives still in the trackers. */
  default void end(Trial trial) {}
}
