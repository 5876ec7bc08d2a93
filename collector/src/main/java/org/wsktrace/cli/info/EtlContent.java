package org.wsktrace.cli.info;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wsktrace.decode.inventory.Inventory;
import org.wsktrace.etl.EtlFile;
import org.wsktrace.etl.EtlHeader;
import org.wsktrace.etl.EtlSummary;

/**
 * What is in an .etl, after it was read to its end.
 *
 * @param file open
 */
public record EtlContent(EtlFile file, EtlSummary summary, Inventory inventory)
    implements FileContent {
  /**
   * Events of one provider, or of one group of the kernel.
   *
   * @param name empty where nobody knows it
   * @param guid null for a group of the kernel, and for messages without one
   */
  public record Source(String name, @Nullable UUID guid, long events) {}

  private static final UUID NO_GUID = new UUID(0, 0);

  EtlHeader header() {
    return file.header();
  }

  /** Who logged, most first. */
  List<Source> sources() {
    List<Source> sources = new ArrayList<>();
    inventory
        .providers()
        .forEach(
            provider ->
                sources.add(
                    new Source(
                        provider.name(),
                        provider.guid().equals(NO_GUID) ? null : provider.guid(),
                        provider.events())));
    inventory
        .groups()
        .forEach(group -> sources.add(new Source("kernel:" + group.name(), null, group.events())));
    sources.sort(Comparator.comparingLong(Source::events).reversed());
    return sources;
  }
}
