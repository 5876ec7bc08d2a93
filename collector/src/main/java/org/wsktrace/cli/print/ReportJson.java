package org.wsktrace.cli.print;

import java.io.PrintWriter;
import java.util.List;
import org.wsktrace.store.row.SessionMeta;
import org.wsktrace.store.row.StoredEvidence;
import org.wsktrace.store.row.StoredFinding;
import org.wsktrace.store.row.StoredLoss;
import org.wsktrace.store.row.StoredReport;
import org.wsktrace.store.row.StoredRule;
import tools.jackson.core.JsonGenerator;

/**
 * A judged trace as JSON. Keys are only added; {@code wsktrace check --help} names them. Times are
 * nanoseconds since the start of the trace, numbers are never texts.
 */
public final class ReportJson {
  private ReportJson() {}

  /** Writes one object and a line end. */
  public static void write(
      PrintWriter to, SessionMeta meta, List<StoredLoss> losses, StoredReport report) {
    Json.write(
        to,
        json -> {
          json.writeStringProperty("source", meta.sourceName());
          json.writeNumberProperty("events", meta.events());
          json.writeNumberProperty("durationNanos", meta.durationNanos());
          json.writeArrayPropertyStart("findings");
          report.findings().forEach(finding -> write(json, finding));
          json.writeEndArray();
          json.writeArrayPropertyStart("coverage");
          report.rules().forEach(rule -> writeCoverage(json, rule));
          json.writeEndArray();
          json.writeArrayPropertyStart("losses");
          losses.forEach(loss -> write(json, loss));
          json.writeEndArray();
        });
  }

  private static void write(JsonGenerator json, StoredFinding finding) {
    StoredRule rule = finding.rule();
    json.writeStartObject();
    json.writeStringProperty("rule", rule.id());
    json.writeStringProperty("name", rule.name());
    json.writeStringProperty("severity", finding.severity());
    json.writeStringProperty("effect", rule.effect());
    json.writeStringProperty("confidence", rule.confidence());
    json.writeStringProperty("verdict", finding.verdict());
    json.writeStringProperty("title", finding.title());
    json.writeStringProperty("doubt", finding.doubt());
    json.writeStringProperty("driver", finding.driver());
    json.writeNumberProperty("offset", finding.offset());
    json.writeStringProperty("fingerprint", finding.fingerprint());
    if (finding.opId() == null) {
      json.writeNullProperty("operation");
    } else {
      json.writeNumberProperty("operation", finding.opId());
    }
    json.writeNumberProperty("occurrences", finding.occurrences());
    json.writeArrayPropertyStart("evidence");
    finding.evidence().forEach(evidence -> write(json, evidence));
    json.writeEndArray();
    json.writeStringProperty("why", rule.why());
    json.writeStringProperty("fix", rule.fix());
    json.writeStringProperty("recordNext", rule.recordNext());
    json.writeStringProperty("documentation", rule.source());
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, StoredEvidence evidence) {
    json.writeStartObject();
    json.writeNumberProperty("seq", evidence.seq());
    json.writeNumberProperty("nanos", evidence.nanos());
    json.writeNumberProperty("cpu", evidence.cpu());
    json.writeNumberProperty("thread", evidence.tid());
    json.writeStringProperty("role", evidence.role());
    json.writeStringProperty("text", evidence.text());
    json.writeEndObject();
  }

  private static void writeCoverage(JsonGenerator json, StoredRule rule) {
    json.writeStartObject();
    json.writeStringProperty("rule", rule.id());
    json.writeStringProperty("verdict", rule.verdict());
    json.writeStringProperty("reason", rule.reason());
    json.writeStringProperty("remedy", rule.remedy());
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, StoredLoss loss) {
    json.writeStartObject();
    json.writeNumberProperty("firstSeq", loss.firstSeq());
    json.writeNumberProperty("lastSeq", loss.lastSeq());
    json.writeNumberProperty("count", loss.count());
    json.writeStringProperty("reason", loss.reason());
    json.writeStringProperty("text", loss.reasonText());
    json.writeEndObject();
  }
}
