package org.wsktrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class RulesCommandTest {
  @Test
  void everyRuleIsALine() {
    Run run = Run.of("rules");

    assertThat(run.status()).isZero();
    assertThat(run.out())
        .contains("WSK-BUF-001   error    bugcheck     MDL freed before completion\n");
    assertThat(run.out().lines())
        .allMatch(line -> line.matches("WSK-[A-Z]+-\\d{3} +(error|warning|note) +[a-z]+ +\\S.*"));
  }

  @Test
  void oneRuleIsToldInFull() {
    Run run = Run.of("rules", "WSK-BUF-001");

    assertThat(run.status()).isZero();
    assertThat(run.out())
        .startsWith("WSK-BUF-001: MDL freed before completion\n  severity   error (bugcheck)\n")
        .contains("\n  why        WSK does not buffer")
        .contains("\n  fix        ")
        .contains("\n  needs      the WSK calls and their completions, the MDL calls")
        .contains("\n  see        https://learn.microsoft.com/");
  }

  @Test
  void theShortNameWillDo() {
    assertThat(Run.of("rules", "buf-001")).isEqualTo(Run.of("rules", "WSK-BUF-001"));
  }

  @Test
  void aRuleThatDoesNotExist() {
    Run run = Run.of("rules", "WSK-BUF-01");

    assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .startsWith("wsktrace: there is no rule WSK-BUF-01; the nearest are WSK-BUF-001, ")
        .endsWith("; try 'wsktrace rules --help'\n")
        .hasLineCount(1);
  }

  @Test
  void jsonHasTheSameRules() {
    Run run = Run.of("rules", "WSK-BUF-001", "--format", "json");

    assertThat(run.status()).isZero();
    assertThat(run.out())
        .startsWith(
            "{\n  \"format\" : 1,\n  \"rules\" : [\n    {\n      \"rule\" : \"WSK-BUF-001\",\n")
        .contains("\"needs\" : [\n        \"calls\",\n        \"mdl_calls\"\n      ]")
        .endsWith("}\n");
  }
}
