package org.wsktrace.cli.info;

import java.util.List;
import java.util.Map;
import org.wsktrace.event.EventLayout;
import org.wsktrace.event.EventLayouts;
import org.wsktrace.store.row.SessionMeta;
import org.wsktrace.store.row.StoredDriver;
import org.wsktrace.store.row.StoredLoss;

/**
 * What a file is, and what of the capture driver is in it.
 *
 * @param file its name, without its folder
 * @param bytes its size
 * @param kind what it is
 * @param eventCounts events of the capture driver, by id
 * @param losses what is missing of them
 * @param drivers drivers under test
 */
public record TraceInfo(
    String file,
    long bytes,
    Kind kind,
    SessionMeta meta,
    Map<Integer, Long> eventCounts,
    List<StoredLoss> losses,
    List<StoredDriver> drivers) {

  /** What a file is. */
  public enum Kind {
    ETL("an ETW trace (.etl)"),
    WTRACE("a text trace (.wtrace)"),
    WSKDB("a session (.wskdb)"),
    DUMP("a Windows crash dump"),
    MEMORY("an image of memory");

    private final String text;

    Kind(String text) {
      this.text = text;
    }

    String text() {
      return text;
    }
  }

  static String eventName(int id) {
    return EventLayouts.ALL.stream()
        .filter(layout -> layout.id() == id)
        .map(EventLayout::name)
        .findFirst()
        .orElse("event " + id);
  }
}
