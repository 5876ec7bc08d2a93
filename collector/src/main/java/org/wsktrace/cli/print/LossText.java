package org.wsktrace.cli.print;

import java.util.ArrayList;
import java.util.List;
import org.wsktrace.etl.EtlSummary;

/** What of a trace is not there, for people. */
public final class LossText {
  private LossText() {}

  /** A sentence each; none where the trace is complete. */
  public static List<String> of(EtlSummary summary) {
    List<String> texts = new ArrayList<>();
    add(texts, summary.eventsLost(), "event", "the session lost %s");
    add(texts, summary.buffersLost(), "buffer", "the session lost %s");
    add(texts, summary.buffersAfterLostEvents(), "buffer", "events were lost before %s");
    add(texts, summary.buffersAfterLostBuffers(), "buffer", "buffers were lost before %s");
    add(texts, summary.missingBuffers(), "buffer", "%s that the session wrote are not in the file");
    add(texts, summary.corruptBuffers(), "buffer", "%s could not be read, or not to the end");
    add(texts, summary.brokenPlaces(), "place", "%s where the file is damaged or ends in a buffer");
    add(texts, summary.skippedBytes(), "byte", "%s in the middle of the file are of no buffer");
    add(texts, summary.tailBytes(), "byte", "%s at the end of the file are no whole buffer");
    add(texts, summary.lossNotices(), "event", "%s in which ETW says that something was lost");
    return texts;
  }

  private static void add(List<String> texts, long count, String noun, String text) {
    if (count > 0) {
      texts.add(text.formatted(Words.count(count, noun)));
    }
  }
}
