package org.wsktrace.cli.info;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.wsktrace.cli.print.Words;
import org.wsktrace.decode.inventory.Inventory;
import org.wsktrace.etl.EtlHeader;
import org.wsktrace.etl.EtlSummary;
import org.wsktrace.etl.record.HeaderType;

/** What only an .etl has, for people. */
final class EtlText {
  private static final int SOURCES_SHOWN = 20;

  private final InfoText text;
  private final EtlContent etl;

  EtlText(InfoText text, EtlContent etl) {
    this.text = text;
    this.etl = etl;
  }

  void print() {
    EtlHeader header = etl.header();
    EtlSummary summary = etl.summary();
    text.line("session", Words.printable(header.loggerName()));
    text.line(
        "clock",
        "%s, %s ticks per second"
            .formatted(header.clock().kind(), Words.count(header.clock().frequency())));
    text.line("buffers", buffers());
    text.line(
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
    items(etl.inventory().items());
    sources();
    told();
    text.line(
        "lost",
        "the session lost %s and %s"
            .formatted(
                Words.count(summary.eventsLost(), "event"),
                Words.count(summary.buffersLost(), "buffer")));
    String label = "missing";
    for (String loss : LossText.ofFile(summary)) {
      text.line(label, loss);
      label = "";
    }
  }

  private String buffers() {
    long damaged = etl.summary().corruptBuffers();
    return "%s of %s each%s%s"
        .formatted(
            Words.count(etl.summary().buffers()),
            Words.bytes(etl.header().bufferSize()),
            etl.file()
                .compression()
                .map(
                    compression ->
                        "; %s compressed (%s), %s in all without that"
                            .formatted(
                                Words.count(etl.file().compressedBuffers()),
                                compression,
                                Words.bytes(etl.file().uncompressedBytes())))
                .orElse(""),
            damaged == 0 ? "" : "; " + Words.count(damaged) + " damaged");
  }

  private void items(List<Inventory.ItemCount> items) {
    if (!items.isEmpty()) {
      text.line(
          "items",
          items.stream()
              .map(item -> Words.count(item.count()) + " " + item.name())
              .collect(Collectors.joining(", ")));
    }
  }

  private void sources() {
    List<EtlContent.Source> sources = etl.sources();
    text.line("providers", sources.isEmpty() ? "none" : "");
    for (EtlContent.Source source : sources.stream().limit(SOURCES_SHOWN).toList()) {
      text.line("", "%10s  %s".formatted(Words.count(source.events()), name(source)));
    }
    long others = etl.inventory().otherProviderEvents();
    if (sources.size() > SOURCES_SHOWN || others > 0) {
      long rest =
          others + sources.stream().skip(SOURCES_SHOWN).mapToLong(EtlContent.Source::events).sum();
      text.line("", "%10s  of others; --format json names them".formatted(Words.count(rest)));
    }
  }

  private static String name(EtlContent.Source source) {
    String guid = source.guid() == null ? "" : source.guid().toString();
    return source.name().isEmpty()
        ? guid.isEmpty() ? "without a GUID" : guid
        : Words.printable(source.name());
  }

  private void told() {
    Inventory inventory = etl.inventory();
    long modules = inventory.modules().size();
    long processes = inventory.processes().size();
    long others = inventory.otherModules() + inventory.otherProcesses();
    if (modules > 0 || processes > 0) {
      text.line(
          "tells of",
          "%s and %s%s; --format json names them"
              .formatted(
                  Words.count(modules, "loaded module"),
                  processes == 1 ? "1 process" : Words.count(processes) + " processes",
                  others == 0
                      ? ""
                      : ", and in " + Words.count(others, "event") + " of more than is kept"));
    }
    if (!inventory.buildLab().isEmpty()) {
      text.line("build", Words.printable(inventory.buildLab()));
    }
  }

  private static String kinds(Map<HeaderType, Long> counts) {
    return counts.entrySet().stream()
        .map(entry -> Words.count(entry.getValue()) + " " + entry.getKey())
        .collect(Collectors.joining(", "));
  }
}
