package org.wsktrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.wsktrace.rule.judge.Catalogue;

final class RulesCommandTest {
  @Test
  void everyRuleIsALine() {
    Run run = Run.of("rules");

    assertThat(run.status()).isZero();
    assertThat(run.out())
        .contains(
            """

            Buffers and MDLs (buffer)
              WSK-BUF-001   error    bugcheck     proved     MDL freed before completion
            """)
        .endsWith("All about one: wsktrace rules ID.\n");
    assertThat(run.out().lines().filter(line -> line.startsWith(" ")))
        .hasSize(Catalogue.RULES.size())
        .allMatch(
            line ->
                line.matches("  WSK-[A-Z]+-\\d{3} +(error|warning|note) +[a-z]+ +[a-z]+ +\\S.*"));
  }

  @Test
  void oneRuleIsToldInFull() {
    Run run = Run.of("rules", "WSK-BUF-001");

    assertThat(run.status()).isZero();
    assertThat(run.out())
        .startsWith(
            "WSK-BUF-001: MDL freed before completion\n  group      Buffers and MDLs\n"
                + "  severity   error (bugcheck)\n  confidence proved: ")
        .contains("\n  says       MDL {mdl} was freed while {operation} was in flight\n")
        .contains("\n  why        WSK does not buffer")
        .contains("\n  fix        ")
        .contains("\n  needs      the WSK calls and their completions, the MDL calls")
        .contains("(wskctl targets yours.sys=mdls)")
        .contains("\n  see        https://learn.microsoft.com/")
        .contains("\n\nA trace that breaks it\n  wtrace 1\n  # ")
        .contains("\n\nWhat is found in it\n  VIOLATION WSK-BUF-001 at client.sys+0x1200\n")
        .contains("\n\nA trace that keeps it\n  wtrace 1\n");
    assertThat(Run.of("rules", "SOCK-005").out())
        .contains("\n  setting    WSK-SOCK-005.wait: ")
        .contains("(1 s unless set)\n");
  }

  @Test
  void aGroupIsAListOfItsOwn() {
    List<String> lines = Run.of("rules", "Buffer").out().lines().toList();

    assertThat(lines.getFirst()).isEqualTo("Buffers and MDLs (buffer)");
    assertThat(lines.stream().filter(line -> line.startsWith(" ")))
        .isNotEmpty()
        .allMatch(line -> line.startsWith("  WSK-BUF-"));
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
        .contains("\"title\" : \"MDL {mdl} was freed while {operation} was in flight\"")
        .contains("\"needs\" : [\n        \"calls\",\n        \"mdl_calls\"\n      ]")
        .endsWith("}\n");
  }
}
