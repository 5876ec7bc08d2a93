package org.wsktrace.rule.judge;

import org.wsktrace.rule.trace.LostRanges;
import org.wsktrace.track.fact.Loss;

/** What the losses of a trace mean for its findings. */
final class Losses {
  private final LostRanges missing = new LostRanges();

  /** Here calls were logged whose completion is not in the trace. */
  private final LostRanges unfollowed = new LostRanges();

  /**
   * The trace begins here. What came before, of a recorder that wrote over its beginning for
   * instance, may explain whatever rests on all of the past.
   *
   * @param first number of its first event
   */
  void begin(long first) {
    if (first > 1) {
      missing.add(new Loss(0, first - 1, Loss.Reason.UNKNOWN));
    }
  }

  void add(Loss loss) {
    switch (loss.reason()) {
      case NO_SLOT, TOO_MANY_OPERATIONS -> unfollowed.add(loss);
      default -> {
        // A recorder that only knows that some of a wide range are missing adds nothing: each of
        // them is a gap too.
        if (loss.count() > loss.lastMissingSeq() - loss.firstMissingSeq()) {
          missing.add(loss);
        }
      }
    }
  }

  /**
   * Why the case is only suspected, or empty. What is missing behind the act can't change that it
   * happened; an operation that was seen to complete was followed.
   */
  String doubt(Case open) {
    long first = open.firstSeq();
    long act = open.charge().act().seq();
    if (missing.overlap(first, act)) {
      return "events are missing between its first evidence and the act; they may explain it";
    }
    return !open.sawCompletion() && unfollowed.overlap(first, act)
        ? "the capture driver could not follow all calls then; the operation may have completed unseen"
        : "";
  }
}
