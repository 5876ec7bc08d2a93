package org.wsktrace.cli.info;

import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.wsktrace.cli.print.Words;
import org.wsktrace.recorder.Capture;
import org.wsktrace.recorder.DumpHeader;

/** What only an image of memory has, for people. */
final class RecorderText {
  private final InfoText text;
  private final RecorderContent content;

  RecorderText(InfoText text, RecorderContent content) {
    this.text = text;
    this.content = content;
  }

  void print() {
    dump(content.dump());
    Capture capture = content.capture();
    text.line(
        "recorder",
        "%s of %s of %s, rings of %s, %s"
            .formatted(
                Words.count(capture.pages(), "page"),
                Words.count(capture.processors()),
                Words.count(capture.start().processors(), "processor"),
                Words.bytes(Integer.toUnsignedLong(capture.start().ringBytes())),
                Words.count(capture.records(), "record")));
    if (content.survey().copies() > 0) {
      text.line("copies", Words.count(content.survey().copies(), "page") + " once more");
    }
    String label = "left out";
    for (String left : content.leftOut()) {
      text.line(label, left);
      label = "";
    }
  }

  private void dump(@Nullable DumpHeader dump) {
    if (dump == null) {
      return;
    }
    String kind = dump.typeName().isEmpty() ? "" : dump.typeName() + ", ";
    text.line("dump", kind + "of a machine of %d bits".formatted(dump.bits()));
    if (dump.bugCheckCode() != null) {
      String parameters =
          dump.bugCheckParameters().stream()
              .map(Words::address)
              .collect(Collectors.joining(", ", " (", ")"));
      text.line("bugcheck", "0x%08X".formatted(dump.bugCheckCode()) + parameters);
    }
  }
}
