package org.wsktrace.cli.info;

import java.util.ArrayList;
import java.util.List;
import org.wsktrace.cli.print.Words;
import org.wsktrace.etl.EtlSummary;

/** What of a trace is not there, for people. */
public final class LossText {
  private LossText() {}

  /** A clause each; none where the trace is complete. */
  public static List<String> of(EtlSummary summary) {
    List<String> texts = new ArrayList<>();
    add(texts, summary.eventsLost(), "event", "the session lost %s");
    add(texts, summary.buffersLost(), "buffer", "the session lost %s");
    texts.addAll(ofFile(summary));
    return texts;
  }

  /** What the session has counted as lost left out. */
  static List<String> ofFile(EtlSummary summary) {
    List<String> texts = new ArrayList<>();
    add(texts, summary.lossNotices(), "event", "%s in which ETW says that something was lost");
    add(texts, summary.buffersAfterLostEvents(), "buffer", "%s behind lost events");
    add(texts, summary.buffersAfterLostBuffers(), "buffer", "%s behind lost buffers");
    add(texts, summary.missingBuffers(), "buffer", "%s that the session wrote, not in the file");
    add(texts, summary.corruptBuffers(), "buffer", "%s that could not be read to the end");
    add(texts, summary.brokenPlaces(), "place", "%s where the file is damaged or ends in a buffer");
    add(
        texts,
        summary.skippedBytes(),
        "byte",
        "%s in the middle of the file that are of no buffer");
    add(texts, summary.tailBytes(), "byte", "%s at the end of the file that are no whole buffer");
    return texts;
  }

  private static void add(List<String> texts, long count, String noun, String text) {
    if (count > 0) {
      texts.add(text.formatted(Words.count(count, noun)));
    }
  }
}
