package org.wsktrace.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.wsktrace.cli.print.CatalogueText;
import org.wsktrace.rule.Group;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.RuleInfo;
import org.wsktrace.rule.Setting;
import org.wsktrace.rule.judge.Catalogue;

/**
 * Writes docs/rules: a page for each rule, from its declaration and from the bad.wtrace and
 * good.wtrace of its fixtures, and an index.
 */
final class RulePages {
  private static final Path FIXTURES = Path.of("src/test/resources/org/wsktrace/rule");
  private static final String MARK = "# =>";

  private RulePages() {}

  /** All pages, by their file names. */
  static Map<String, String> all() throws IOException {
    List<RuleInfo> rules = Catalogue.RULES.stream().map(Rule::info).toList();
    Map<String, String> pages = new LinkedHashMap<>();
    pages.put("README.md", index(rules));
    for (RuleInfo rule : rules) {
      pages.put(rule.id() + ".md", page(rule));
    }
    return pages;
  }

  private static String index(List<RuleInfo> rules) {
    var page = new StringBuilder();
    page.append(
        """
        # The rules

        What `wsktrace check` judges. The pages are written from the rules' own declarations and from the traces that their
        tests judge; `wsktrace rules ID` prints the same. The events of a trace have numbers, from 1 for the first line that is
        one, unless it says another: the evidence of a finding is told by them.
        """);
    for (Group group : Group.values()) {
      List<RuleInfo> members = rules.stream().filter(rule -> rule.group() == group).toList();
      if (!members.isEmpty()) {
        page.append("\n## %s\n\n".formatted(group.heading()));
        page.append("`--rules %s`\n\n".formatted(lower(group)));
        page.append("| rule | | severity | what it does | confidence |\n|---|---|---|---|---|\n");
        for (RuleInfo rule : members) {
          page.append(
              "| [%s](%s.md) | %s | %s | %s | %s |\n"
                  .formatted(
                      rule.id(),
                      rule.id(),
                      cell(rule.name()),
                      lower(rule.severity()),
                      lower(rule.effect()),
                      lower(rule.confidence())));
        }
      }
    }
    return page.toString();
  }

  private static String page(RuleInfo rule) throws IOException {
    var page = new StringBuilder();
    page.append("# %s: %s\n\n".formatted(rule.id(), markdown(rule.name())));
    page.append("| | |\n|---|---|\n");
    row(page, "severity", lower(rule.severity()) + " (" + lower(rule.effect()) + ")");
    row(page, "confidence", CatalogueText.confidence(rule));
    row(page, "needs", CatalogueText.needs(rule));
    if (!rule.aliases().isEmpty()) {
      row(page, "also known as", String.join(", ", rule.aliases()));
    }
    row(page, "group", "[%s](README.md)".formatted(rule.group().heading()));
    page.append("\nA finding says: *%s*\n".formatted(markdown(rule.title())));
    section(page, "Why it is wrong", markdown(rule.why()));
    section(page, "What to change", markdown(rule.fix()));
    if (!rule.recordNext().isEmpty()) {
      section(page, "What to record next", markdown(rule.recordNext()));
    }
    if (!rule.settings().isEmpty()) {
      section(
          page,
          "Settings",
          rule.settings().stream()
              .map(RulePages::setting)
              .collect(
                  Collectors.joining("\n", "| `--set` | unless set | |\n|---|---|---|\n", "")));
    }
    String bad = fixture(rule, "bad");
    section(page, "A trace that breaks it", fenced("wtrace", trace(bad)));
    section(page, "What wsktrace finds in it", fenced("text", found(bad)));
    section(page, "A trace that keeps it", fenced("wtrace", trace(fixture(rule, "good"))));
    section(page, "Documentation", "<" + rule.source() + ">");
    return page.toString();
  }

  private static void row(StringBuilder page, String name, String value) {
    page.append("| %s | %s |\n".formatted(name, value.replace("|", "\\|")));
  }

  private static void section(StringBuilder page, String heading, String text) {
    page.append("\n## %s\n\n%s\n".formatted(heading, text));
  }

  private static String setting(Setting setting) {
    return "| `%s` | %s | %s |"
        .formatted(setting.name(), setting.show(setting.initial()), cell(setting.meaning()));
  }

  private static String fenced(String language, String text) {
    return "```%s\n%s```".formatted(language, text);
  }

  /** The events, without what is found in them. */
  private static String trace(String fixture) {
    return fixture.substring(0, fixture.indexOf(MARK));
  }

  /** What is found, without the marks of the comments that it stands in. */
  private static String found(String fixture) {
    return fixture
            .substring(fixture.indexOf(MARK))
            .lines()
            .map(line -> line.replaceFirst("^# => ", "").replaceFirst("^#   ", " "))
            .collect(Collectors.joining("\n"))
        + "\n";
  }

  private static String fixture(RuleInfo rule, String name) throws IOException {
    Path file = FIXTURES.resolve(rule.id()).resolve(name + ".wtrace");
    String text = Files.readString(file).replace("\r\n", "\n");
    if (!text.contains(MARK) || text.contains("```")) {
      throw new IOException(file + " does not say what is found in it, or has a fence");
    }
    return text;
  }

  private static String cell(String text) {
    return markdown(text).replace("|", "\\|");
  }

  /** Plain text, as Markdown that shows it so. */
  private static String markdown(String text) {
    return text.replaceAll("([\\\\`*<\\[])", "\\\\$1");
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
