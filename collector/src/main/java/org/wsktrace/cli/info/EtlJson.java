package org.wsktrace.cli.info;

import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import org.wsktrace.cli.print.Words;
import org.wsktrace.decode.inventory.Inventory;
import org.wsktrace.decode.inventory.LoadedModule;
import org.wsktrace.decode.inventory.TracedProcess;
import org.wsktrace.etl.EtlHeader;
import org.wsktrace.etl.EtlSummary;
import org.wsktrace.etl.record.HeaderType;
import tools.jackson.core.JsonGenerator;

/** What only an .etl has, as members of a JSON object. */
final class EtlJson {
  /** To 100 ns, which is what ETW knows. */
  static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  /** To the microsecond, as many tools have it. */
  private static final DateTimeFormatter MICROS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final JsonGenerator json;
  private final EtlContent etl;

  EtlJson(JsonGenerator json, EtlContent etl) {
    this.json = json;
    this.etl = etl;
  }

  void write() {
    overview();
    session();
    losses();
    json.writeStringProperty("build_lab", etl.inventory().buildLab());
    json.writeArrayPropertyStart("modules");
    etl.inventory().modules().forEach(this::module);
    json.writeEndArray();
    json.writeNumberProperty("other_modules", etl.inventory().otherModules());
    json.writeArrayPropertyStart("processes");
    etl.inventory().processes().forEach(this::process);
    json.writeEndArray();
    json.writeNumberProperty("other_processes", etl.inventory().otherProcesses());
  }

  /** What is asked most often. */
  private void overview() {
    EtlHeader header = etl.header();
    EtlSummary summary = etl.summary();
    json.writeStringProperty(
        "os_build", "%d.%d.%d".formatted(header.osMajor(), header.osMinor(), header.osBuild()));
    json.writeNumberProperty("ptr", header.pointerSize());
    json.writeNumberProperty("buffer_size", header.bufferSize());
    json.writeNumberProperty("buffers", summary.buffers());
    json.writeNumberProperty("compressed_buffers", etl.file().compressedBuffers());
    json.writeNumberProperty("uncompressed_bytes", etl.file().uncompressedBytes());
    json.writeNumberProperty("events", summary.events());
    types("header_types", summary.delivered());
    json.writeObjectPropertyStart("ext_items");
    for (Inventory.ItemCount item : etl.inventory().items()) {
      json.writeNumberProperty(Integer.toString(item.type()), item.count());
    }
    json.writeEndObject();
    json.writeNumberProperty("events_lost", summary.eventsLost());
    json.writeStringProperty("mode", hex32(header.logFileMode()));
    InfoJson.time(json, "first_event", MICROS, etl.inventory().first());
    InfoJson.time(json, "last_event", MICROS, etl.inventory().last());
    json.writeArrayPropertyStart("providers_and_kernel_groups");
    for (EtlContent.Source source : etl.sources()) {
      json.writeStartObject();
      json.writeStringProperty("name", source.name());
      if (source.guid() != null) {
        json.writeStringProperty("guid", source.guid().toString());
      }
      json.writeNumberProperty("events", source.events());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeNumberProperty("other_provider_events", etl.inventory().otherProviderEvents());
  }

  private void types(String key, Map<HeaderType, Long> counts) {
    json.writeObjectPropertyStart(key);
    counts.forEach((type, count) -> json.writeNumberProperty(type.name(), count));
    json.writeEndObject();
  }

  private void session() {
    EtlHeader header = etl.header();
    json.writeStringProperty("session", header.loggerName());
    json.writeStringProperty("log_file", header.logFileName());
    InfoJson.time(json, "start", header.start());
    InfoJson.time(json, "end", header.end().orElse(null));
    json.writeStringProperty("clock", header.clock().kind().name().toLowerCase(Locale.ROOT));
    json.writeNumberProperty("clock_frequency", header.clock().frequency());
    json.writeNumberProperty("performance_frequency", header.performanceFrequency());
    json.writeNumberProperty("cpu_mhz", header.cpuMegahertz());
    json.writeNumberProperty("processors", header.processors());
    json.writeStringProperty(
        "log_format", "%d.%d".formatted(header.formatMajor(), header.formatMinor()));
    json.writeStringProperty(
        "compression",
        etl.file()
            .compression()
            .map(compression -> compression.name().toLowerCase(Locale.ROOT))
            .orElse("none"));
    json.writeNumberProperty("traces", etl.file().headers().size());
  }

  private void losses() {
    EtlSummary summary = etl.summary();
    json.writeBooleanProperty("complete", summary.complete());
    json.writeNumberProperty("buffers_lost", summary.buffersLost());
    json.writeNumberProperty("buffers_written", etl.header().buffersWritten());
    json.writeNumberProperty("missing_buffers", summary.missingBuffers());
    json.writeNumberProperty("corrupt_buffers", summary.corruptBuffers());
    json.writeNumberProperty("buffers_after_lost_events", summary.buffersAfterLostEvents());
    json.writeNumberProperty("buffers_after_lost_buffers", summary.buffersAfterLostBuffers());
    json.writeNumberProperty("loss_notices", summary.lossNotices());
    json.writeNumberProperty("broken_places", summary.brokenPlaces());
    json.writeNumberProperty("skipped_bytes", summary.skippedBytes());
    json.writeNumberProperty("tail_bytes", summary.tailBytes());
    json.writeNumberProperty("unused_bytes", summary.unusedBytes());
    json.writeNumberProperty("sequence_gaps", summary.sequenceGaps());
    json.writeNumberProperty("out_of_order", summary.outOfOrder());
    types("skipped_events", summary.skipped());
  }

  private void module(LoadedModule module) {
    json.writeStartObject();
    json.writeNumberProperty("pid", Integer.toUnsignedLong(module.processId()));
    json.writeStringProperty("path", module.path());
    json.writeStringProperty("base", Words.address(module.base()));
    json.writeNumberProperty("size", module.size());
    json.writeStringProperty("checksum", hex32(module.checksum()));
    json.writeStringProperty("time_date_stamp", hex32(module.timeDateStamp()));
    InfoJson.time(json, "loaded", module.loaded());
    InfoJson.time(json, "unloaded", module.unloaded());
    LoadedModule.Pdb pdb = module.pdb();
    if (pdb != null) {
      json.writeObjectPropertyStart("pdb");
      json.writeStringProperty("guid", pdb.guid().toString());
      json.writeNumberProperty("age", Integer.toUnsignedLong(pdb.age()));
      json.writeStringProperty("name", pdb.name());
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  private void process(TracedProcess process) {
    json.writeStartObject();
    json.writeNumberProperty("pid", Integer.toUnsignedLong(process.processId()));
    json.writeNumberProperty("parent_pid", Integer.toUnsignedLong(process.parentId()));
    json.writeNumberProperty("session_id", process.sessionId());
    json.writeStringProperty("image", process.imageName());
    json.writeStringProperty("command_line", process.commandLine());
    json.writeStringProperty("user", process.user());
    InfoJson.time(json, "started", process.started());
    InfoJson.time(json, "ended", process.ended());
    Integer status = process.exitStatus();
    if (status != null) {
      json.writeStringProperty("exit_status", hex32(status));
    }
    json.writeEndObject();
  }

  private static String hex32(int bits) {
    return "0x%08x".formatted(bits);
  }
}
