package org.wsktrace.track;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent.DriverLoad;
import org.wsktrace.event.WskEvent.DriverUnload;
import org.wsktrace.event.WskEvent.DriverUnloadExit;
import org.wsktrace.track.fact.DriverImage;
import org.wsktrace.track.fact.FactSink;
import org.wsktrace.track.fact.Moment;

/**
 * The drivers under test, by the id that events name them with. An id is never given to another
 * driver.
 */
public final class DriverTracker {
  private final Map<Integer, DriverImage> loaded = new LinkedHashMap<>();
  private final Map<Integer, String> names = new LinkedHashMap<>();
  private final FactSink facts;

  DriverTracker(FactSink facts) {
    this.facts = facts;
  }

  /** The file name of a driver, such as client.sys; null when its load was not seen. */
  public @Nullable String name(int client) {
    return names.get(client);
  }

  void load(TimedEvent timed, DriverLoad load) {
    int client = load.header().client();
    DriverImage previous =
        loaded.put(
            client,
            new DriverImage(
                client,
                fileName(load.name()),
                load.base(),
                load.imageSize(),
                load.timeDateStamp(),
                load.checkSum(),
                Moment.of(timed),
                null));
    names.put(client, fileName(load.name()));
    if (previous != null) {
      facts.accept(previous);
    }
  }

  void unload(TimedEvent timed, DriverUnload unload) {
    if (!(unload instanceof DriverUnloadExit)) {
      return;
    }
    int client = unload.header().client();
    DriverImage image = loaded.remove(client);
    facts.accept(
        image == null
            ? new DriverImage(
                client, "", unload.base(), unload.imageSize(), 0, 0, null, Moment.of(timed))
            : new DriverImage(
                client,
                image.name(),
                image.base(),
                image.size(),
                image.timeDateStamp(),
                image.checkSum(),
                image.load(),
                Moment.of(timed)));
  }

  void end() {
    loaded.values().forEach(facts::accept);
    loaded.clear();
  }

  /** The name without its folder, however it is written. */
  public static String fileName(String path) {
    return path.substring(Math.max(path.lastIndexOf('\\'), path.lastIndexOf('/')) + 1);
  }
}
