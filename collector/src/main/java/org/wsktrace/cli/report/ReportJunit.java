package org.wsktrace.cli.report;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.wsktrace.cli.print.Words;
import org.wsktrace.store.row.StoredEvidence;
import org.wsktrace.store.row.StoredFinding;
import org.wsktrace.store.row.StoredRule;

/**
 * A judged trace as a report of JUnit, as build servers read it: a suite for the trace, a test case
 * for each rule. A case fails exactly when a finding of its rule fails the check.
 */
public final class ReportJunit {
  /** What becomes of a test case. */
  private enum Outcome {
    ERROR,
    FAILURE,
    SKIPPED,
    PASSED
  }

  private final CheckReport report;
  private final XMLStreamWriter xml;

  private ReportJunit(CheckReport report, XMLStreamWriter xml) {
    this.report = report;
    this.xml = xml;
  }

  /** Writes one document and a line end, in ASCII, so that no console can spoil it. */
  public static void write(PrintWriter to, CheckReport report) {
    var document = new StringWriter();
    try {
      XMLStreamWriter xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(document);
      new ReportJunit(report, xml).write();
      xml.flush();
      // Only texts and values of attributes have other characters.
      document
          .toString()
          .codePoints()
          .forEach(c -> to.print(c < 0x80 ? Character.toString(c) : "&#x%x;".formatted(c)));
      to.print('\n');
    } catch (XMLStreamException e) {
      throw new IllegalStateException("a document that is none", e);
    }
  }

  private void write() throws XMLStreamException {
    xml.writeStartDocument("UTF-8", "1.0");
    line(0);
    xml.writeStartElement("testsuites");
    line(1);
    xml.writeStartElement("testsuite");
    attribute("name", "wsktrace " + report.meta().sourceName());
    attribute("tests", report.rules().size());
    attribute("failures", count(Outcome.FAILURE));
    attribute("errors", count(Outcome.ERROR));
    attribute("skipped", count(Outcome.SKIPPED));
    attribute("time", seconds());
    properties();
    for (StoredRule rule : report.rules()) {
      testcase(rule);
    }
    line(1);
    xml.writeEndElement();
    line(0);
    xml.writeEndElement();
    xml.writeEndDocument();
  }

  private void properties() throws XMLStreamException {
    line(2);
    xml.writeStartElement("properties");
    property("events", Long.toString(report.meta().events()));
    property("losses", Long.toString(report.losses().size()));
    property("fail-on", report.failOn().name().toLowerCase(Locale.ROOT));
    for (String gone : report.fixed()) {
      property("fixed", gone);
    }
    line(2);
    xml.writeEndElement();
  }

  private void property(String name, String value) throws XMLStreamException {
    line(3);
    xml.writeEmptyElement("property");
    attribute("name", name);
    attribute("value", value);
  }

  private void testcase(StoredRule rule) throws XMLStreamException {
    line(2);
    xml.writeStartElement("testcase");
    attribute("classname", "wsktrace." + rule.subject());
    attribute("name", rule.id() + " " + rule.name());
    attribute("time", "0");
    List<StoredFinding> failing = findings(rule).stream().filter(report::fails).toList();
    switch (outcome(rule)) {
      case ERROR -> told("error", rule.reason(), "error", rule.remedy() + "\n" + story(failing));
      case FAILURE ->
          told(
              "failure",
              failing.getFirst().title()
                  + (failing.size() == 1 ? "" : ", and " + (failing.size() - 1) + " more"),
              failing.stream().anyMatch(found -> found.verdict().equals("violation"))
                  ? "violation"
                  : "suspected",
              story(failing));
      case SKIPPED -> {
        line(3);
        xml.writeEmptyElement("skipped");
        attribute("message", rule.reason() + (rule.remedy().isEmpty() ? "" : "; " + rule.remedy()));
      }
      case PASSED -> {}
    }
    List<StoredFinding> others =
        findings(rule).stream().filter(finding -> !report.fails(finding)).toList();
    if (!others.isEmpty()) {
      line(3);
      xml.writeStartElement("system-out");
      xml.writeCharacters(clean(story(others)));
      xml.writeEndElement();
    }
    line(2);
    xml.writeEndElement();
  }

  private void told(String element, String message, String type, String text)
      throws XMLStreamException {
    line(3);
    xml.writeStartElement(element);
    attribute("message", message);
    attribute("type", type);
    xml.writeCharacters(clean(text));
    xml.writeEndElement();
  }

  private String story(List<StoredFinding> findings) {
    return findings.stream().map(this::story).collect(Collectors.joining("\n"));
  }

  private String story(StoredFinding finding) {
    var text = new StringBuilder();
    text.append(
        "%s%s: %s\n"
            .formatted(
                report.known(finding) ? "known " : "",
                finding.severity(),
                Words.printable(finding.title())));
    if (!finding.doubt().isEmpty()) {
      text.append("suspected: %s\n".formatted(Words.printable(finding.doubt())));
    }
    text.append(
        "at %s, %s\n"
            .formatted(
                Words.printable(Words.place(finding.driver(), finding.offset())),
                Words.count(finding.occurrences(), "time")));
    for (StoredEvidence event : finding.evidence()) {
      text.append(
          "  #%d %s cpu %d thread %d %s: %s\n"
              .formatted(
                  event.seq(),
                  Words.moment(event.nanos()),
                  event.cpu(),
                  event.tid(),
                  Words.printable(event.role()),
                  Words.printable(event.text())));
    }
    text.append("why: %s\n".formatted(finding.rule().why()));
    text.append("fix: %s\n".formatted(finding.rule().fix()));
    text.append("see: %s\n".formatted(finding.rule().source()));
    return text.toString();
  }

  private List<StoredFinding> findings(StoredRule rule) {
    return report.findings().stream()
        .filter(finding -> finding.rule().id().equals(rule.id()))
        .toList();
  }

  private Outcome outcome(StoredRule rule) {
    boolean evaluated = !rule.verdict().equals(CheckReport.NOT_EVALUATED);
    if (!evaluated && rule.reason().startsWith(CheckReport.RULE_FAILED)) {
      return Outcome.ERROR;
    }
    if (findings(rule).stream().anyMatch(report::fails)) {
      return Outcome.FAILURE;
    }
    return evaluated ? Outcome.PASSED : Outcome.SKIPPED;
  }

  private long count(Outcome outcome) {
    return report.rules().stream().filter(rule -> outcome(rule) == outcome).count();
  }

  private String seconds() {
    return String.format(Locale.ROOT, "%.3f", report.meta().durationNanos() / 1e9);
  }

  private void attribute(String name, long value) throws XMLStreamException {
    attribute(name, Long.toString(value));
  }

  private void attribute(String name, String value) throws XMLStreamException {
    xml.writeAttribute(name, clean(Words.printable(value)));
  }

  /** Without the characters that XML has no place for. */
  private static String clean(String text) {
    var clean = new StringBuilder(text.length());
    text.codePoints()
        .map(
            c -> {
              boolean surrogate = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
              boolean control = c < ' ' && c != '\n';
              return control || surrogate || c == 0xFFFE || c == 0xFFFF ? '?' : c;
            })
        .forEach(clean::appendCodePoint);
    return clean.toString();
  }

  private void line(int depth) throws XMLStreamException {
    xml.writeCharacters("\n" + "  ".repeat(depth));
  }
}
