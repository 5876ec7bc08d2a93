package org.wsktrace.cli.print;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.wsktrace.cli.print.Screen.Tone;
import org.wsktrace.etl.EtlHeader;
import org.wsktrace.etl.EtlSummary;
import org.wsktrace.etl.HeaderType;
import org.wsktrace.event.EventLayout;
import org.wsktrace.event.EventLayouts;
import org.wsktrace.store.row.SessionMeta;
import org.wsktrace.store.row.StoredDriver;
import org.wsktrace.store.row.StoredLoss;

/** What a file is and what is in it, for people: a label and a text a line. */
public final class InfoText {
  private static final int LOSSES_SHOWN = 10;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS 'UTC'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final Screen screen;

  public InfoText(Screen screen) {
    this.screen = screen;
  }

  /** What both kinds of traces and sessions have. */
  public void common(
      SessionMeta meta,
      Map<Integer, Long> eventCounts,
      List<StoredLoss> losses,
      List<StoredDriver> drivers) {
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
    eventCounts.forEach((id, count) -> line("", "%8s  %s".formatted(Words.count(count), name(id))));
    line("losses", losses.isEmpty() ? "none" : "");
    losses.stream().limit(LOSSES_SHOWN).forEach(loss -> line("", text(loss)));
    if (losses.size() > LOSSES_SHOWN) {
      line("", "and " + Words.count(losses.size() - LOSSES_SHOWN, "more gap"));
    }
    line("drivers", drivers.isEmpty() ? "none" : "");
    for (StoredDriver driver : drivers) {
      line(
          "",
          "%s at %s, %s"
              .formatted(
                  Words.printable(driver.name()),
                  Words.address(driver.base()),
                  Words.bytes(driver.size())));
    }
  }

  /** What only an .etl has. */
  public void etl(EtlHeader header, EtlSummary summary) {
    line("session", Words.printable(header.loggerName()));
    line(
        "clock",
        "%s, %s ticks per second"
            .formatted(header.clock().kind(), Words.count(header.clock().frequency())));
    line(
        "buffers",
        "%s of %s each%s"
            .formatted(
                Words.count(summary.buffers()),
                Words.bytes(header.bufferSize()),
                summary.corruptBuffers() == 0
                    ? ""
                    : "; " + Words.count(summary.corruptBuffers()) + " damaged"));
    line(
        "events",
        Words.count(summary.events())
            + " read ("
            + kinds(summary.delivered())
            + ")"
            + (summary.skippedEvents() == 0
                ? ""
                : ", "
                    + Words.count(summary.skippedEvents())
                    + " of kinds that are not read ("
                    + kinds(summary.skipped())
                    + ")"));
    line(
        "lost",
        "the session lost %s and %s"
            .formatted(
                Words.count(header.eventsLost(), "event"),
                Words.count(header.buffersLost(), "buffer")));
  }

  /** One line. */
  public void line(String label, String text) {
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

  private static String kinds(Map<HeaderType, Long> counts) {
    return counts.entrySet().stream()
        .map(entry -> Words.count(entry.getValue()) + " " + entry.getKey())
        .collect(Collectors.joining(", "));
  }

  private static String name(int id) {
    return EventLayouts.ALL.stream()
        .filter(layout -> layout.id() == id)
        .map(EventLayout::name)
        .findFirst()
        .orElse("event " + id);
  }

  private static @Nullable String time(@Nullable Instant instant) {
    return instant == null ? null : TIME.format(instant);
  }
}
