package org.wsktrace.cli.info;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.wsktrace.cli.print.Screen;
import org.wsktrace.cli.print.Screen.Tone;
import org.wsktrace.cli.print.Words;
import org.wsktrace.store.row.SessionMeta;
import org.wsktrace.store.row.StoredDriver;
import org.wsktrace.store.row.StoredLoss;

/** What a file is and what is in it, for people: a label and a text a line. */
public final class InfoText {
  private static final int LOSSES_SHOWN = 10;
  static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS 'UTC'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final Screen screen;

  private InfoText(Screen screen) {
    this.screen = screen;
  }

  /**
   * Prints it.
   *
   * @param content of an .etl or an image of memory, otherwise null
   */
  public static void print(Screen screen, TraceInfo info, @Nullable FileContent content) {
    var text = new InfoText(screen);
    text.line(
        "file",
        "%s, %s, %s"
            .formatted(
                Words.printable(info.file()), info.kind().text(), Words.bytes(info.bytes())));
    if (info.kind() == TraceInfo.Kind.WSKDB) {
      text.madeFrom(info.meta());
    }
    switch (content) {
      case EtlContent etl -> new EtlText(text, etl).print();
      case RecorderContent recorder -> new RecorderText(text, recorder).print();
      case null -> {}
    }
    text.common(info);
  }

  private void madeFrom(SessionMeta meta) {
    line(
        "made from",
        "%s, %s, by %s"
            .formatted(
                Words.printable(meta.sourceName()),
                Words.bytes(meta.sourceBytes()),
                meta.createdBy()));
  }

  /** What all of them have. */
  private void common(TraceInfo info) {
    SessionMeta meta = info.meta();
    if (meta.start() != null) {
      line(
          "recorded",
          TIME.format(meta.start()) + (meta.end() == null ? "" : " to " + time(meta.end())));
    }
    if (meta.osBuild() != null) {
      line("Windows", "build " + meta.osBuild());
    }
    if (meta.qpcFrequency() != null) {
      line("QPC", Words.count(meta.qpcFrequency()) + " ticks per second");
    }
    if (meta.processors() != null) {
      line("processors", Words.count(meta.processors()));
    }
    line("WskTrace", ourEvents(meta));
    info.eventCounts()
        .forEach(
            (id, count) ->
                line("", "%8s  %s".formatted(Words.count(count), TraceInfo.eventName(id))));
    line("losses", info.losses().isEmpty() ? "none" : "");
    info.losses().stream().limit(LOSSES_SHOWN).forEach(loss -> line("", text(loss)));
    if (info.losses().size() > LOSSES_SHOWN) {
      line("", "and " + Words.count(info.losses().size() - LOSSES_SHOWN, "more gap"));
    }
    line("drivers", info.drivers().isEmpty() ? "none" : "");
    for (StoredDriver driver : info.drivers()) {
      line(
          "",
          "%s at %s, %s"
              .formatted(
                  Words.printable(driver.name()),
                  Words.address(driver.base()),
                  Words.bytes(driver.size())));
    }
  }

  /** One line. */
  void line(String label, String text) {
    screen.line((screen.tone(Tone.FAINT, "%-11s ".formatted(label)) + text).stripTrailing());
  }

  private static String ourEvents(SessionMeta meta) {
    if (meta.events() == 0) {
      return "no event: the capture driver was not recorded";
    }
    return Words.count(meta.events(), "event")
        + " over "
        + Words.duration(meta.durationNanos())
        + more(meta.unknownEvents(), "of an unknown id")
        + more(meta.damagedEvents(), "damaged")
        + more(meta.droppedEvents(), "left out, for they came twice or too late");
  }

  private static String more(long count, String what) {
    return count == 0 ? "" : ", " + Words.count(count) + " " + what;
  }

  private static String text(StoredLoss loss) {
    return "%s from #%d on: %s"
        .formatted(Words.count(loss.count(), "event"), loss.firstSeq(), loss.reasonText());
  }

  private static @Nullable String time(@Nullable Instant instant) {
    return instant == null ? null : TIME.format(instant);
  }
}
