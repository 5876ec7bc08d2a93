package org.wsktrace.rule.judge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.RuleInfo;

class CatalogueTest {
  private final List<RuleInfo> infos = Catalogue.rules().stream().map(Rule::info).toList();

  @Test
  void idsAreUnique() {
    assertThat(infos).extracting(RuleInfo::id).doesNotHaveDuplicates();
  }

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
  void theGroupOfARuleIsItsPackage() {
    assertThat(Catalogue.rules())
        .allSatisfy(
            rule ->
                assertThat(rule.getClass().getPackageName())
                    .isEqualTo("org.wsktrace.rule." + rule.info().group()));
  }

  @Test
  void eachJudgeGetsRulesOfItsOwn() {
    assertThat(Catalogue.rules()).doesNotContainAnyElementsOf(Catalogue.rules());
  }
}
