package org.wsktrace.rule.judge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.rule.Fixture;
import org.wsktrace.rule.Group;
import org.wsktrace.rule.Verdict;

/**
 * Every text trace is judged by all rules, and what they find stands in the trace itself.
 * -Dwsktrace.accept=true writes it there: then read the difference as if somebody else had written
 * it.
 */
class FixturesTest {
  private static final boolean ACCEPT = Boolean.getBoolean("wsktrace.accept");

  @ParameterizedTest
  @MethodSource("all")
  void whatIsFoundStandsInTheTrace(Fixture fixture) {
    JudgeReport report = fixture.judge();
    String found = Fixture.text(report.findings());
    if (ACCEPT) {
      fixture.accept(found);
    }

    assertThat(found).isEqualTo(fixture.expected());
    assertThat(report.coverage())
        .extracting(Coverage::reason)
        .noneMatch(r -> r.startsWith("error"));
  }

  @ParameterizedTest
  @MethodSource("good")
  void aGoodTraceIsJudgedAndClean(Fixture fixture) {
    JudgeReport report = fixture.judge();

    assertThat(report.findings()).isEmpty();
    assertThat(report.coverage())
        .filteredOn(coverage -> coverage.rule().id().equals(fixture.rule()))
        .extracting(Coverage::verdict)
        .allMatch(verdict -> verdict == Verdict.PASSED);
  }

  /** What exemplary drivers do, in the folder legal, looks wrong at first sight. */
  @Test
  void legalPatternsAreThere() {
    assertThat(Fixture.all("good"))
        .filteredOn(fixture -> fixture.rule().equals("legal"))
        .hasSize(9);
  }

  @ParameterizedTest
  @MethodSource("bad")
  void aBadTraceHasAFindingOfItsRule(Fixture fixture) {
    assertThat(fixture.judge().findings())
        .extracting(finding -> finding.rule().id())
        .contains(fixture.rule());
  }

  @Test
  void everyRuleHasABadAndAGoodExample() {
    List<String> rules = Catalogue.RULES.stream().map(rule -> rule.info().id()).toList();

    assertThat(named("bad")).containsExactlyInAnyOrderElementsOf(rules);
    assertThat(named("good"))
        .filteredOn(rule -> !rule.equals("legal"))
        .containsExactlyInAnyOrderElementsOf(rules);
  }

  /** Whichever event is lost: what was fine is not called a violation for it. */
  @ParameterizedTest
  @MethodSource("all")
  void aLostEventNeverMakesAFalseViolation(Fixture fixture) {
    List<TimedEvent> events = fixture.events();
    Set<String> known = violations(fixture.judge());
    for (int lost = 0; lost < events.size(); lost++) {
      List<TimedEvent> rest = new ArrayList<>(events);
      TimedEvent event = rest.remove(lost);
      assertThat(violations(Fixture.judge(rest, Catalogue.RULES, _ -> {})))
          .as("without %s", event)
          .isSubsetOf(known);
    }
  }

  private static Set<String> violations(JudgeReport report) {
    return report.findings().stream()
        .filter(finding -> finding.verdict() == Verdict.VIOLATION)
        .filter(finding -> finding.rule().group() != Group.TRACE)
        .map(finding -> finding.rule().id())
        .collect(Collectors.toSet());
  }

  static List<Fixture> all() {
    return Fixture.all("");
  }

  static List<Fixture> good() {
    return Fixture.all("good");
  }

  static List<Fixture> bad() {
    return Fixture.all("bad");
  }

  private static List<String> named(String name) {
    return Fixture.all(name).stream()
        .filter(fixture -> fixture.name().endsWith("/" + name))
        .map(Fixture::rule)
        .toList();
  }
}
