package org.wsktrace.cli.info;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.wsktrace.cli.print.Screen;
import org.wsktrace.cli.print.Words;
import org.wsktrace.event.FileTime;
import org.wsktrace.recorder.Capture;
import org.wsktrace.recorder.DumpHeader;
import org.wsktrace.recorder.Survey;
import org.wsktrace.source.RecorderTrace;
import org.wsktrace.source.Trace;

/**
 * What is in an image of memory, after it was searched.
 *
 * @param dump null where it is no crash dump
 * @param capture the one that is read
 */
public record RecorderContent(@Nullable DumpHeader dump, Survey survey, Capture capture)
    implements FileContent {
  private static final int CAPTURES_SHOWN = 4;

  /** Of a trace that was read. */
  public static RecorderContent of(RecorderTrace trace) {
    RecorderTrace.Finding finding = Objects.requireNonNull(trace.finding());
    return new RecorderContent(
        trace.image().dumpHeader().orElse(null), finding.survey(), finding.capture());
  }

  /** The captures that are not read. */
  List<Capture> others() {
    return survey.captures().stream().filter(other -> other != capture).toList();
  }

  /** What of the image is left out, a clause each; none where all of it was read. */
  public List<String> leftOut() {
    List<String> texts = new ArrayList<>();
    List<Capture> others = others();
    if (!others.isEmpty()) {
      texts.add(
          "%s left out, the newest is read: %s%s"
              .formatted(
                  Words.count(others.size(), "older capture"),
                  others.stream()
                      .limit(CAPTURES_SHOWN)
                      .map(RecorderContent::text)
                      .collect(Collectors.joining("; ")),
                  others.size() > CAPTURES_SHOWN ? "; ..." : ""));
    }
    if (capture.damagedRecords() > 0) {
      texts.add(
          Words.count(capture.damagedRecords(), "place")
              + " where a record was written over by somebody else and is left out");
    }
    if (capture.damagedPages() > 0) {
      texts.add(
          Words.count(capture.damagedPages(), "page")
              + " of the recorder left out: the header was written over by somebody else");
    }
    if (!survey.otherLayouts().isEmpty()) {
      texts.add(
          "pages of layout %s left out; the wsktrace of the driver that wrote them reads those"
              .formatted(
                  survey.otherLayouts().stream()
                      .map(String::valueOf)
                      .collect(Collectors.joining(", "))));
    }
    return texts;
  }

  private static String text(Capture capture) {
    return "started %s, %s"
        .formatted(
            InfoText.TIME.format(FileTime.instant(capture.start().fileTime())),
            Words.count(capture.records(), "record"));
  }

  /** Says on stderr what of an image was left out; nothing of other traces. */
  public static void tellLeftOut(Trace trace, Screen screen) {
    if (trace instanceof RecorderTrace recorder) {
      of(recorder)
          .leftOut()
          .forEach(text -> screen.err().print("wsktrace: " + Words.printable(text) + "\n"));
    }
  }
}
