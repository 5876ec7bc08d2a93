package org.wsktrace.rule;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.text.TextTraceException;
import org.wsktrace.event.text.TextTraceReader;
import org.wsktrace.rule.judge.Catalogue;
import org.wsktrace.rule.judge.Judge;
import org.wsktrace.rule.judge.JudgeReport;
import org.wsktrace.track.fact.FactSink;
import org.wsktrace.track.fact.Loss;

/**
 * The text traces below test/resources/org/wsktrace/rule: one folder per rule, bad-*.wtrace and
 * good-*.wtrace.
 */
public final class Fixture {
  private Fixture() {}

  /** Judged by all rules; what is missing in the numbering is a loss. */
  public static JudgeReport judge(String fixture) {
    return judge(events(fixture), Catalogue.rules(), _ -> {});
  }

  public static JudgeReport judge(List<TimedEvent> events, List<Rule> rules, FactSink facts) {
    var judge = new Judge(rules, facts);
    long last = 0;
    for (TimedEvent event : events) {
      if (event.seq() > last + 1) {
        judge.loss(new Loss(last + 1, event.seq() - 1, Loss.Reason.SEQUENCE_GAP));
      }
      judge.event(event);
      last = event.seq();
    }
    return judge.end();
  }

  public static List<TimedEvent> events(String fixture) {
    try (BufferedReader lines = Files.newBufferedReader(root().resolve(fixture + ".wtrace"))) {
      return events(new TextTraceReader(lines));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (TextTraceException e) {
      throw new IllegalArgumentException(fixture + ": " + e.getMessage(), e);
    }
  }

  public static List<TimedEvent> events(TextTraceReader reader)
      throws IOException, TextTraceException {
    List<TimedEvent> events = new ArrayList<>();
    for (var entry = reader.next(); entry != null; entry = reader.next()) {
      events.add(entry.event());
    }
    return events;
  }

  /** All fixtures whose file name begins like this, such as WSK-BUF-001/bad-freed-while-pending. */
  public static List<String> all(String prefix) {
    try (Stream<Path> files = Files.walk(root())) {
      return files
          .filter(file -> file.toString().endsWith(".wtrace"))
          .filter(file -> file.getFileName().toString().startsWith(prefix))
          .map(file -> root().relativize(file).toString().replace('\\', '/'))
          .map(name -> name.substring(0, name.length() - ".wtrace".length()))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The only finding: verdict, rule and place; title; evidence; doubt and count where there is
   * some.
   */
  public static String finding(String fixture) {
    List<Finding> findings = judge(fixture).findings();
    return findings.stream().map(Fixture::text).collect(Collectors.joining("\n"));
  }

  private static String text(Finding finding) {
    String evidence =
        finding.evidence().stream()
            .map(shown -> shown.seq() + " " + shown.role())
            .collect(Collectors.joining(", "));
    return "%s %s at %s%n%s%n%s%s%s%n"
        .formatted(
            finding.verdict(),
            finding.rule().id(),
            finding.where(),
            finding.title(),
            evidence,
            finding.doubt().isEmpty() ? "" : "%nbut " + finding.doubt(),
            finding.count() == 1 ? "" : "%n" + finding.count() + " times")
        .replace("%n", "\n");
  }

  private static Path root() {
    try {
      return Path.of(
              Objects.requireNonNull(Fixture.class.getResource("/org/wsktrace/rule/WSK-BUF-001"))
                  .toURI())
          .getParent();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
