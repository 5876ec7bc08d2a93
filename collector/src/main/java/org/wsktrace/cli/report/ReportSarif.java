package org.wsktrace.cli.report;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.wsktrace.cli.print.Json;
import org.wsktrace.cli.print.Version;
import org.wsktrace.cli.print.Words;
import org.wsktrace.store.row.StoredEvidence;
import org.wsktrace.store.row.StoredFinding;
import org.wsktrace.store.row.StoredLoss;
import org.wsktrace.store.row.StoredRule;
import tools.jackson.core.JsonGenerator;

/**
 * A judged trace as SARIF 2.1.0, an OASIS standard that code scanners and editors read: <a
 * href="https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html">the specification</a>.
 * One run; docs/check.md says what stands where.
 */
public final class ReportSarif {
  private static final String SCHEMA =
      "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json";

  /** Its number grows when fingerprints are made in another way. */
  private static final String FINGERPRINT = "wsktrace/v1";

  private final CheckReport report;
  private final Map<String, Integer> indexes = new HashMap<>();

  private ReportSarif(CheckReport report) {
    this.report = report;
    for (StoredRule rule : report.rules()) {
      indexes.put(rule.id(), indexes.size());
    }
  }

  /** Writes one object and a line end. */
  public static void write(PrintWriter to, CheckReport report) {
    Json.writeForeign(to, new ReportSarif(report)::write);
  }

  private void write(JsonGenerator json) {
    json.writeStringProperty("$schema", SCHEMA);
    json.writeStringProperty("version", "2.1.0");
    json.writeArrayPropertyStart("runs");
    json.writeStartObject();
    writeTool(json);
    writeInvocation(json);
    json.writeArrayPropertyStart("artifacts");
    json.writeStartObject();
    writeUri(json, "location", report.meta().sourceName());
    json.writeNumberProperty("length", report.meta().sourceBytes());
    json.writeEndObject();
    json.writeEndArray();
    json.writeStringProperty("columnKind", "utf16CodeUnits");
    json.writeArrayPropertyStart("results");
    report.findings().forEach(finding -> write(json, finding));
    report.fixed().forEach(gone -> writeAbsent(json, gone));
    json.writeEndArray();
    json.writeObjectPropertyStart("properties");
    json.writeNumberProperty("events", report.meta().events());
    json.writeNumberProperty("durationNanos", report.meta().durationNanos());
    json.writeEndObject();
    json.writeEndObject();
    json.writeEndArray();
  }

  private void writeTool(JsonGenerator json) {
    json.writeObjectPropertyStart("tool");
    json.writeObjectPropertyStart("driver");
    json.writeStringProperty("name", "wsktrace");
    json.writeStringProperty("version", Version.text());
    json.writeArrayPropertyStart("rules");
    report.rules().forEach(rule -> write(json, rule));
    json.writeEndArray();
    json.writeEndObject();
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, StoredRule rule) {
    json.writeStartObject();
    json.writeStringProperty("id", rule.id());
    json.writeStringProperty("name", rule.name());
    writeText(json, "shortDescription", rule.name());
    writeText(json, "fullDescription", rule.why());
    json.writeStringProperty("helpUri", rule.source());
    String next = rule.recordNext();
    json.writeObjectPropertyStart("help");
    json.writeStringProperty(
        "text",
        "Why: %s\nFix: %s%s"
            .formatted(rule.why(), rule.fix(), next.isEmpty() ? "" : "\nRecord next: " + next));
    json.writeStringProperty(
        "markdown",
        "%s\n\n**Fix:** %s%s\n\n[Documentation](%s)"
            .formatted(
                rule.why(),
                rule.fix(),
                next.isEmpty() ? "" : "\n\n**Record next:** " + next,
                rule.source()));
    json.writeEndObject();
    json.writeObjectPropertyStart("defaultConfiguration");
    json.writeStringProperty("level", rule.severity());
    json.writeEndObject();
    json.writeObjectPropertyStart("properties");
    json.writeArrayPropertyStart("tags");
    json.writeString(rule.subject());
    json.writeString(rule.effect());
    json.writeEndArray();
    json.writeStringProperty("confidence", rule.confidence());
    // What GitHub shows.
    json.writeStringProperty(
        "precision",
        switch (rule.confidence()) {
          case "proved" -> "very-high";
          case "strong" -> "high";
          default -> "medium";
        });
    json.writeStringProperty("needs", rule.needs());
    json.writeEndObject();
    json.writeEndObject();
  }

  /** What is missing from the trace, and the rules that were not evaluated. */
  private void writeInvocation(JsonGenerator json) {
    json.writeArrayPropertyStart("invocations");
    json.writeStartObject();
    json.writeBooleanProperty("executionSuccessful", true);
    json.writeArrayPropertyStart("toolExecutionNotifications");
    for (StoredLoss loss : report.losses()) {
      json.writeStartObject();
      json.writeStringProperty("level", "warning");
      writeText(
          json, "message", Words.count(loss.count(), "event") + " missing: " + loss.reasonText());
      json.writeObjectPropertyStart("descriptor");
      json.writeStringProperty("id", "events-missing");
      json.writeEndObject();
      json.writeObjectPropertyStart("properties");
      json.writeNumberProperty("firstSeq", loss.firstSeq());
      json.writeNumberProperty("lastSeq", loss.lastSeq());
      json.writeNumberProperty("count", loss.count());
      json.writeStringProperty("reason", loss.reason());
      json.writeEndObject();
      json.writeEndObject();
    }
    for (StoredRule rule : report.rules()) {
      if (failed(rule)) {
        writeNotEvaluated(json, rule, "error");
      }
    }
    json.writeEndArray();
    json.writeArrayPropertyStart("toolConfigurationNotifications");
    for (StoredRule rule : report.rules()) {
      if (rule.verdict().equals(CheckReport.NOT_EVALUATED) && !failed(rule)) {
        writeNotEvaluated(json, rule, "note");
      }
    }
    json.writeEndArray();
    json.writeEndObject();
    json.writeEndArray();
  }

  private static boolean failed(StoredRule rule) {
    return rule.verdict().equals(CheckReport.NOT_EVALUATED)
        && rule.reason().startsWith(CheckReport.RULE_FAILED);
  }

  private void writeNotEvaluated(JsonGenerator json, StoredRule rule, String level) {
    json.writeStartObject();
    json.writeStringProperty("level", level);
    writeText(
        json,
        "message",
        "%s was not evaluated: %s%s"
            .formatted(
                rule.id(), rule.reason(), rule.remedy().isEmpty() ? "" : "; " + rule.remedy()));
    json.writeObjectPropertyStart("descriptor");
    json.writeStringProperty("id", "not-evaluated");
    json.writeEndObject();
    json.writeObjectPropertyStart("associatedRule");
    json.writeStringProperty("id", rule.id());
    json.writeNumberProperty("index", index(rule.id()));
    json.writeEndObject();
    json.writeEndObject();
  }

  private void write(JsonGenerator json, StoredFinding finding) {
    json.writeStartObject();
    json.writeStringProperty("ruleId", finding.rule().id());
    json.writeNumberProperty("ruleIndex", index(finding.rule().id()));
    json.writeStringProperty("level", finding.severity());
    writeText(
        json,
        "message",
        finding.doubt().isEmpty()
            ? finding.title()
            : "%s (suspected: %s)".formatted(finding.title(), finding.doubt()));
    writeLocations(json, finding.driver(), finding.offset());
    writeThreads(json, finding);
    writeFingerprint(json, finding.fingerprint());
    json.writeNumberProperty("occurrenceCount", finding.occurrences());
    if (report.baseline() != null) {
      json.writeStringProperty("baselineState", report.known(finding) ? "unchanged" : "new");
    }
    json.writeObjectPropertyStart("properties");
    json.writeStringProperty("verdict", finding.verdict());
    json.writeStringProperty("doubt", finding.doubt());
    json.writeStringProperty("effect", finding.rule().effect());
    ReportJson.writeQuantities(json, finding);
    ReportJson.writeEvidence(json, finding);
    json.writeEndObject();
    json.writeEndObject();
  }

  /** Of what is fixed the baseline knows the fingerprint alone. */
  private void writeAbsent(JsonGenerator json, String fingerprint) {
    String rule = Baseline.rule(fingerprint);
    json.writeStartObject();
    json.writeStringProperty("ruleId", rule);
    json.writeNumberProperty("ruleIndex", index(rule));
    json.writeStringProperty(
        "level",
        report.rules().stream()
            .filter(known -> known.id().equals(rule))
            .map(StoredRule::severity)
            .findFirst()
            .orElse("none"));
    writeText(json, "message", "Not found any more, at %s".formatted(Baseline.place(fingerprint)));
    writeFingerprint(json, fingerprint);
    json.writeStringProperty("baselineState", "absent");
    json.writeEndObject();
  }

  /** The call: a place in the driver's image, where it is known, and the driver. */
  private static void writeLocations(JsonGenerator json, String driver, long offset) {
    json.writeArrayPropertyStart("locations");
    json.writeStartObject();
    if (offset != 0) {
      json.writeObjectPropertyStart("physicalLocation");
      writeUri(json, "artifactLocation", driver);
      json.writeObjectPropertyStart("address");
      json.writeNumberProperty("relativeAddress", offset);
      json.writeStringProperty("fullyQualifiedName", Words.place(driver, offset));
      json.writeEndObject();
      json.writeEndObject();
    }
    json.writeArrayPropertyStart("logicalLocations");
    json.writeStartObject();
    json.writeStringProperty("name", driver);
    json.writeStringProperty("fullyQualifiedName", Words.place(driver, offset));
    json.writeStringProperty("kind", "module");
    json.writeEndObject();
    json.writeEndArray();
    json.writeEndObject();
    json.writeEndArray();
  }

  /** The evidence as viewers can step through it: by thread, in the order of the trace. */
  private static void writeThreads(JsonGenerator json, StoredFinding finding) {
    Map<Long, List<StoredEvidence>> threads = new LinkedHashMap<>();
    for (StoredEvidence event : finding.evidence()) {
      threads.computeIfAbsent(event.tid(), _ -> new ArrayList<>()).add(event);
    }
    if (threads.isEmpty()) {
      return;
    }
    json.writeArrayPropertyStart("codeFlows");
    json.writeStartObject();
    json.writeArrayPropertyStart("threadFlows");
    threads.forEach(
        (thread, events) -> {
          json.writeStartObject();
          json.writeStringProperty("id", "thread " + thread);
          json.writeArrayPropertyStart("locations");
          for (StoredEvidence event : events) {
            json.writeStartObject();
            json.writeNumberProperty("executionOrder", finding.evidence().indexOf(event));
            json.writeObjectPropertyStart("location");
            writeText(
                json,
                "message",
                "#%d at %s, %s: %s"
                    .formatted(
                        event.seq(), Words.moment(event.nanos()), event.role(), event.text()));
            json.writeEndObject();
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeEndObject();
        });
    json.writeEndArray();
    json.writeEndObject();
    json.writeEndArray();
  }

  private static void writeFingerprint(JsonGenerator json, String fingerprint) {
    json.writeObjectPropertyStart("partialFingerprints");
    json.writeStringProperty(FINGERPRINT, fingerprint);
    json.writeEndObject();
  }

  private static void writeText(JsonGenerator json, String name, String text) {
    json.writeObjectPropertyStart(name);
    json.writeStringProperty("text", text);
    json.writeEndObject();
  }

  private static void writeUri(JsonGenerator json, String name, String file) {
    json.writeObjectPropertyStart(name);
    json.writeStringProperty("uri", uri(file));
    json.writeEndObject();
  }

  private int index(String rule) {
    return indexes.getOrDefault(rule, -1);
  }

  /** A file name as a relative reference: every byte that is not unreserved is escaped. */
  private static String uri(String name) {
    var uri = new StringBuilder();
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xFF);
      boolean plain =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || "-._~".indexOf(c) >= 0;
      if (plain) {
        uri.append(c);
      } else {
        uri.append(String.format(Locale.ROOT, "%%%02X", (int) c));
      }
    }
    return uri.toString();
  }
}
