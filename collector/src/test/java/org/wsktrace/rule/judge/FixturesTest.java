package org.wsktrace.rule.judge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.wsktrace.rule.Finding;
import org.wsktrace.rule.Fixture;
import org.wsktrace.rule.Verdict;

class FixturesTest {
  @ParameterizedTest
  @MethodSource("good")
  void aGoodTraceHasNoFindingOfAnyRule(String fixture) {
    JudgeReport report = Fixture.judge(fixture);

    assertThat(report.findings()).isEmpty();
    assertThat(report.coverage()).extracting(Coverage::verdict).containsOnly(Verdict.PASSED);
  }

  @ParameterizedTest
  @MethodSource("bad")
  void aBadTraceHasOneFindingOfItsRule(String fixture) {
    assertThat(Fixture.judge(fixture).findings())
        .filteredOn(finding -> !finding.rule().group().equals("trace"))
        .extracting(finding -> finding.rule().id())
        .containsExactly(fixture.substring(0, fixture.indexOf('/')));
  }

  @Test
  void aTraceThatIsIncompleteHasOneFindingOfThat() {
    assertThat(Fixture.all("bad-"))
        .filteredOn(fixture -> fixture.startsWith("WSK-TRC"))
        .allSatisfy(
            fixture ->
                assertThat(Fixture.judge(fixture).findings())
                    .extracting(Finding::rule)
                    .extracting("id")
                    .containsExactly("WSK-TRC-001"));
  }

  @Test
  void everyRuleHasABadAndAGoodTrace() {
    List<String> rules = Catalogue.rules().stream().map(rule -> rule.info().id()).toList();

    assertThat(folders("bad-")).containsExactlyInAnyOrderElementsOf(rules);
    assertThat(folders("good-")).containsExactlyInAnyOrderElementsOf(rules);
  }

  static List<String> good() {
    return Fixture.all("good-");
  }

  static List<String> bad() {
    return Fixture.all("bad-").stream().filter(fixture -> !fixture.startsWith("WSK-TRC")).toList();
  }

  private static Stream<String> streamOf(String prefix) {
    return Fixture.all(prefix).stream();
  }

  private static List<String> folders(String prefix) {
    return streamOf(prefix).map(name -> name.substring(0, name.indexOf('/'))).distinct().toList();
  }
}
