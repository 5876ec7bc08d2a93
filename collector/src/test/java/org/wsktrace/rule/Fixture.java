package org.wsktrace.rule;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
 * A text trace of src/test/resources/org/wsktrace/rule, with what all rules find in it beside it: a
 * block of comments at its end. One folder per rule; bad.wtrace and good.wtrace are the examples
 * that the rule's page shows, bad-*.wtrace and good-*.wtrace are further ones.
 *
 * <pre>
 * # => VIOLATION WSK-BUF-001 at client.sys+0x1200
 * #    MDL 0xd0 was freed while WskSend of 4096 bytes was in flight, 2 s before it completed
 * #    9 enter, 10 return, 11 free, 12 complete
 * </pre>
 *
 * @param name of the file below that folder, without its ending: WSK-BUF-001/bad
 */
public record Fixture(String name) {
  private static final Path ROOT = Path.of("src/test/resources/org/wsktrace/rule");
  private static final String MARK = "# =>";
  private static final Pattern SET = Pattern.compile("# set (\\S+)=(\\d+)");

  /** All whose file name begins like this. */
  public static List<Fixture> all(String prefix) {
    try (Stream<Path> files = Files.walk(ROOT)) {
      return files
          .filter(file -> file.toString().endsWith(".wtrace"))
          .filter(file -> file.getFileName().toString().startsWith(prefix))
          .map(file -> ROOT.relativize(file).toString().replace('\\', '/'))
          .map(name -> new Fixture(name.substring(0, name.length() - ".wtrace".length())))
          .sorted((one, other) -> one.name.compareTo(other.name))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The id of the rule that it is for. */
  public String rule() {
    return name.substring(0, name.indexOf('/'));
  }

  public List<TimedEvent> events() {
    try {
      return events(text());
    } catch (TextTraceException e) {
      throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
    }
  }

  public static List<TimedEvent> events(String text) throws TextTraceException {
    var reader = new TextTraceReader(new StringReader(text));
    List<TimedEvent> events = new ArrayList<>();
    try {
      for (var entry = reader.next(); entry != null; entry = reader.next()) {
        events.add(entry.event());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return events;
  }

  /** Judged by all rules. */
  public JudgeReport judge() {
    return judge(events(), Catalogue.RULES, settings(), _ -> {});
  }

  /** What comments like "# set WSK-PERF-001.sends=3" say, so that a trace can be short. */
  private Settings settings() {
    return new Settings(
        text()
            .lines()
            .map(SET::matcher)
            .filter(Matcher::matches)
            .collect(Collectors.toMap(set -> set.group(1), set -> Long.parseLong(set.group(2)))));
  }

  /** What is missing in the numbering is a loss. */
  public static JudgeReport judge(List<TimedEvent> events, List<Rule> rules, FactSink facts) {
    return judge(events, rules, Settings.INITIAL, facts);
  }

  private static JudgeReport judge(
      List<TimedEvent> events, List<Rule> rules, Settings settings, FactSink facts) {
    var judge = new Judge(rules, settings, facts);
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

  /** What the file says will be found. */
  public String expected() {
    String text = text();
    int mark = text.indexOf(MARK);
    return mark < 0 ? "" : text.substring(mark);
  }

  /** Puts into the file what was found. */
  public void accept(String found) {
    String text = text();
    int mark = text.indexOf(MARK);
    try {
      Files.writeString(path(), (mark < 0 ? text : text.substring(0, mark)) + found);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The findings as a file has them. */
  public static String text(List<Finding> findings) {
    return findings.isEmpty()
        ? MARK + " nothing\n"
        : findings.stream().map(Fixture::text).collect(Collectors.joining());
  }

  private static String text(Finding finding) {
    var text = new StringBuilder();
    text.append(
        "%s %s %s at %s%n"
            .formatted(MARK, finding.verdict(), finding.rule().id(), finding.where()));
    text.append("#    %s%n".formatted(finding.title()));
    text.append(
        "#    %s%n"
            .formatted(
                finding.evidence().stream()
                    .map(shown -> shown.seq() + " " + shown.role())
                    .collect(Collectors.joining(", "))));
    if (finding.severity() != finding.rule().severity()) {
      text.append("#    this one is a %s%n".formatted(finding.severity()));
    }
    if (!finding.doubt().isEmpty()) {
      text.append("#    but %s%n".formatted(finding.doubt()));
    }
    if (finding.count() > 1) {
      text.append("#    %d times%n".formatted(finding.count()));
    }
    return text.toString().replace(System.lineSeparator(), "\n");
  }

  @Override
  public String toString() {
    return name;
  }

  private String text() {
    try {
      return Files.readString(path()).replace("\r\n", "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path path() {
    return ROOT.resolve(name + ".wtrace");
  }
}
