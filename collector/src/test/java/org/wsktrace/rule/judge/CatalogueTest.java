package org.wsktrace.rule.judge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.RuleInfo;
import org.wsktrace.rule.Setting;

class CatalogueTest {
  private final List<RuleInfo> infos = Catalogue.RULES.stream().map(Rule::info).toList();

  @Test
  void everyRuleSaysWhyWhatToDoAndWhereItIsWritten() {
    assertThat(infos)
        .allSatisfy(
            info -> {
              assertThat(info.id()).matches("WSK-[A-Z]+-\\d{3}");
              assertThat(info.why()).endsWith(".");
              assertThat(info.fix()).endsWith(".");
              assertThat(info.source()).startsWith("https://learn.microsoft.com/");
            });
  }

  @Test
  void idsAndSettingsAreUnique() {
    assertThat(
            infos.stream()
                .flatMap(info -> Stream.concat(Stream.of(info.id()), info.aliases().stream())))
        .doesNotHaveDuplicates();
    assertThat(infos.stream().flatMap(info -> info.settings().stream().map(Setting::name)))
        .doesNotHaveDuplicates();
  }

  @Test
  void aSettingIsNamedAfterItsRule() {
    assertThat(infos)
        .allSatisfy(
            info ->
                assertThat(info.settings())
                    .extracting(Setting::name)
                    .allMatch(name -> name.matches(info.id() + "\\.[a-z-]+")));
  }

  @Test
  void rulesStandByGroupInTheOrderOfTheirIds() {
    assertThat(infos)
        .isSortedAccordingTo(Comparator.comparing(RuleInfo::group).thenComparing(RuleInfo::id));
  }

  @Test
  void anAliasFindsItsRule() {
    assertThat(infos)
        .allSatisfy(
            info ->
                assertThat(info.aliases())
                    .allSatisfy(
                        alias ->
                            assertThat(Catalogue.find(alias).orElseThrow().info())
                                .isEqualTo(info)));
  }
}
