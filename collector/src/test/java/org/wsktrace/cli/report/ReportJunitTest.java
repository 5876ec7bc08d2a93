package org.wsktrace.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.wsktrace.rule.Severity;
import org.wsktrace.store.Sessions;
import org.wsktrace.store.row.StoredEvidence;
import org.wsktrace.store.row.StoredFinding;
import org.wsktrace.store.row.StoredReport;
import org.wsktrace.store.row.StoredRule;
import org.xml.sax.InputSource;

final class ReportJunitTest {
  private static final StoredRule PASSED = rule("WSK-IRP-001", "passed", "");
  private static final StoredRule THREW =
      rule("WSK-IRP-002", "not_evaluated", "error in rule: java.lang.IllegalStateException");

  private static final StoredFinding HOSTILE =
      new StoredFinding(
          PASSED,
          "warning",
          "suspected",
          "a <title> & \"more\"\n\u0000\uFFFE]]>",
          List.of(),
          "ein Zweifel: ä, 漢, \uD83D\uDE00",
          "client.sys",
          0,
          List.of(new StoredEvidence(2, 2_000, 1, 80, "free", "\uD800 alone")),
          "WSK-IRP-001@client.sys",
          null,
          7);

  private static final StoredReport REPORT =
      new StoredReport(
          List.of(Sessions.RULE, Sessions.SILENT_RULE, PASSED, THREW),
          List.of(Sessions.FINDING, HOSTILE));

  @Test
  void everyRuleIsACase() throws Exception {
    Element suite = suite(REPORT, Severity.ERROR, null);

    assertThat(suite.getAttribute("name")).isEqualTo("wsktrace a.etl");
    assertThat(suite.getAttribute("tests")).isEqualTo("4");
    assertThat(suite.getAttribute("failures")).isEqualTo("1");
    assertThat(suite.getAttribute("errors")).isEqualTo("1");
    assertThat(suite.getAttribute("skipped")).isEqualTo("1");
    assertThat(cases(suite))
        .extracting(each -> each.getAttribute("name"))
        .containsExactly(
            "WSK-BUF-001 MDL freed before completion",
            "WSK-BUF-002 Buffer freed before completion",
            "WSK-IRP-001 A rule",
            "WSK-IRP-002 A rule");
    assertThat(cases(suite))
        .extracting(ReportJunitTest::outcome)
        .containsExactly("failure", "skipped", "", "error");
  }

  @Test
  void aFailureHasTheProof() throws Exception {
    Element failure = children(cases(suite(REPORT, Severity.ERROR, null)).getFirst()).getFirst();

    assertThat(failure.getAttribute("message"))
        .isEqualTo("MDL 0x10 was freed while WskSend was in flight");
    assertThat(failure.getAttribute("type")).isEqualTo("violation");
    assertThat(failure.getTextContent())
        .isEqualTo(
            """
            error: MDL 0x10 was freed while WskSend was in flight
            at client.sys+0x1a2b, 1 time
              #1 0.000001 s cpu 0 thread 76 enter: WskSend
              #2 0.000002 s cpu 1 thread 80 free: IoFreeMdl
            why: WSK does not buffer.
            fix: Free it in the completion routine.
            see: https://example.org
            """);
  }

  @Test
  void aSuspectedFindingFailsAsTheExitStatusDoes() throws Exception {
    Element failing = cases(suite(REPORT, Severity.WARNING, null)).get(2);
    Element passing = cases(suite(REPORT, Severity.ERROR, null)).get(2);

    assertThat(outcome(failing)).isEqualTo("failure");
    assertThat(children(failing).getFirst().getAttribute("type")).isEqualTo("suspected");
    assertThat(children(failing).getFirst().getAttribute("message"))
        .isEqualTo("a <title> & \"more\"???]]>");
    assertThat(children(passing)).extracting(Element::getTagName).containsExactly("system-out");
    assertThat(children(passing).getFirst().getTextContent())
        .contains("suspected: ein Zweifel: ä, 漢, \uD83D\uDE00\n");
  }

  @Test
  void whatIsKnownIsNoFailure() throws Exception {
    Element suite = suite(REPORT, Severity.NOTE, Baseline.of(REPORT.findings()));

    assertThat(suite.getAttribute("failures")).isEqualTo("0");
    assertThat(children(cases(suite).getFirst()).getFirst().getTextContent())
        .startsWith("known error: MDL 0x10 was freed");
  }

  /**
   * What Surefire writes and build servers read: testsuites, testsuite, properties, testcase, and
   * of a case at most one of failure, error and skipped.
   */
  @Test
  void theStructureIsTheOneThatServersRead() throws Exception {
    Element suite = suite(REPORT, Severity.NOTE, Baseline.parse(List.of("WSK-IRP-001@gone.sys")));

    Map<String, Set<String>> inside =
        Map.of(
            "testsuite", Set.of("properties", "testcase"),
            "properties", Set.of("property"),
            "property", Set.of(),
            "testcase", Set.of("failure", "error", "skipped", "system-out"),
            "failure", Set.of(),
            "error", Set.of(),
            "skipped", Set.of(),
            "system-out", Set.of());
    Map<String, Set<String>> attributes =
        Map.of(
            "testsuite", Set.of("name", "tests", "failures", "errors", "skipped", "time"),
            "property", Set.of("name", "value"),
            "testcase", Set.of("classname", "name", "time"),
            "failure", Set.of("message", "type"),
            "error", Set.of("message", "type"),
            "skipped", Set.of("message"));
    List<Element> open = new ArrayList<>(List.of(suite));
    while (!open.isEmpty()) {
      Element element = open.removeLast();
      String name = element.getTagName();
      for (int i = 0; i < element.getAttributes().getLength(); i++) {
        assertThat(attributes.get(name)).contains(element.getAttributes().item(i).getNodeName());
      }
      assertThat(element.getAttributes().getLength())
          .isEqualTo(attributes.getOrDefault(name, Set.of()).size());
      assertThat(inside.get(name))
          .containsAll(children(element).stream().map(Element::getTagName).toList());
      open.addAll(children(element));
    }
    assertThat(cases(suite))
        .allSatisfy(
            each ->
                assertThat(
                        children(each).stream().filter(in -> !in.getTagName().equals("system-out")))
                    .hasSizeLessThan(2));
    assertThat(children(suite).getFirst().getTagName()).isEqualTo("properties");
  }

  private static String outcome(Element testcase) {
    return children(testcase).stream()
        .map(Element::getTagName)
        .filter(name -> !name.equals("system-out"))
        .findFirst()
        .orElse("");
  }

  private static Element suite(StoredReport report, Severity failOn, @Nullable Baseline baseline)
      throws Exception {
    var out = new StringWriter();
    try (var writer = new PrintWriter(out)) {
      ReportJunit.write(
          writer, new CheckReport(Sessions.META, List.of(), List.of(), report, failOn, baseline));
    }
    assertThat(out.toString())
        .startsWith("<?xml version=\"1.0\" encoding=\"UTF-8\"?>")
        .endsWith(">\n");
    assertThat(out.toString()).matches("\\p{ASCII}*");
    Element root =
        DocumentBuilderFactory.newDefaultInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(out.toString())))
            .getDocumentElement();
    assertThat(root.getTagName()).isEqualTo("testsuites");
    assertThat(children(root)).hasSize(1);
    return children(root).getFirst();
  }

  private static List<Element> cases(Element suite) {
    return children(suite).stream()
        .filter(element -> element.getTagName().equals("testcase"))
        .toList();
  }

  private static List<Element> children(Element element) {
    List<Element> children = new ArrayList<>();
    for (Node node = element.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node instanceof Element child) {
        children.add(child);
      }
    }
    return children;
  }

  private static StoredRule rule(String id, String verdict, String reason) {
    return new StoredRule(
        id,
        "A rule",
        "irp",
        "error",
        "leak",
        "proved",
        "the WSK calls",
        "Why.",
        "Fix.",
        "",
        "https://example.org",
        verdict,
        reason,
        "");
  }
}
