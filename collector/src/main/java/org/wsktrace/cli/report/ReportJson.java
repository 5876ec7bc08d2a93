package org.wsktrace.cli.report;

import java.io.PrintWriter;
import java.util.List;
import org.wsktrace.cli.print.Json;
import org.wsktrace.store.row.StoredEvidence;
import org.wsktrace.store.row.StoredFinding;
import org.wsktrace.store.row.StoredLoss;
import org.wsktrace.store.row.StoredQuantity;
import org.wsktrace.store.row.StoredRule;
import tools.jackson.core.JsonGenerator;

/**
 * A judged trace as JSON. Keys are only added; {@code wsktrace check --help} names them. Times are
 * nanoseconds since the start of the trace, numbers are never texts.
 */
public final class ReportJson {
  private ReportJson() {}

  /** Writes one object and a line end. */
  public static void write(PrintWriter to, CheckReport report) {
    Json.write(
        to,
        json -> {
          json.writeStringProperty("source", report.meta().sourceName());
          json.writeNumberProperty("events", report.meta().events());
          json.writeNumberProperty("durationNanos", report.meta().durationNanos());
          json.writeArrayPropertyStart("findings");
          report.findings().forEach(finding -> write(json, finding, report));
          json.writeEndArray();
          json.writeArrayPropertyStart("coverage");
          report.rules().forEach(rule -> writeCoverage(json, rule));
          json.writeEndArray();
          json.writeArrayPropertyStart("losses");
          report.losses().forEach(loss -> write(json, loss));
          json.writeEndArray();
          if (report.baseline() != null) {
            json.writeObjectPropertyStart("baseline");
            writeTexts(json, "fixed", report.fixed());
            writeTexts(json, "notJudged", report.notJudged());
            json.writeEndObject();
          }
        });
  }

  /** The quantities of a finding as an object. */
  static void writeQuantities(JsonGenerator json, StoredFinding finding) {
    json.writeObjectPropertyStart("quantities");
    for (StoredQuantity quantity : finding.quantities()) {
      json.writeObjectPropertyStart(quantity.name());
      json.writeStringProperty("kind", quantity.kind());
      if (quantity.kind().equals(StoredQuantity.ADDRESS)) {
        json.writeStringProperty("value", "0x" + Long.toHexString(quantity.value()));
      } else if (!quantity.kind().equals(StoredQuantity.WORDS)) {
        json.writeNumberProperty("value", quantity.value());
      }
      json.writeStringProperty("text", quantity.text());
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  /** The evidence of a finding as an array. */
  static void writeEvidence(JsonGenerator json, StoredFinding finding) {
    json.writeArrayPropertyStart("evidence");
    finding.evidence().forEach(evidence -> write(json, evidence));
    json.writeEndArray();
  }

  private static void writeTexts(JsonGenerator json, String name, List<String> texts) {
    json.writeArrayPropertyStart(name);
    texts.forEach(json::writeString);
    json.writeEndArray();
  }

  private static void write(JsonGenerator json, StoredFinding finding, CheckReport report) {
    StoredRule rule = finding.rule();
    json.writeStartObject();
    json.writeStringProperty("rule", rule.id());
    json.writeStringProperty("name", rule.name());
    json.writeStringProperty("severity", finding.severity());
    json.writeStringProperty("effect", rule.effect());
    json.writeStringProperty("confidence", rule.confidence());
    json.writeStringProperty("verdict", finding.verdict());
    json.writeStringProperty("title", finding.title());
    writeQuantities(json, finding);
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
    if (report.baseline() != null) {
      json.writeBooleanProperty("known", report.known(finding));
    }
    writeEvidence(json, finding);
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
