package org.wsktrace.track;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import org.wsktrace.event.text.TextTraceReader;
import org.wsktrace.track.fact.Fact;

/** Lines of a text trace, and the facts that the trackers make of them. */
final class TrackedText {
  private TrackedText() {}

  static Tracks tracks(String lines, List<Fact> facts) throws Exception {
    var tracks = new Tracks(facts::add);
    var reader = new TextTraceReader(new StringReader("wtrace 1\n" + lines));
    for (var entry = reader.next(); entry != null; entry = reader.next()) {
      tracks.apply(entry.event());
    }
    return tracks;
  }

  /** All facts of a kind, those of the end of the trace last. */
  static <T extends Fact> List<T> facts(Class<T> kind, String lines) throws Exception {
    List<Fact> facts = new ArrayList<>();
    tracks(lines, facts).end();
    return facts.stream().filter(kind::isInstance).map(kind::cast).toList();
  }
}
