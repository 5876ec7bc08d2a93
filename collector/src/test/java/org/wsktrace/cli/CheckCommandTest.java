package org.wsktrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wsktrace.source.TextToEtl;
import org.wsktrace.store.Sessions;

final class CheckCommandTest {
  @TempDir private Path folder;

  @Test
  void anEtlAndItsTextSayTheSame() throws IOException {
    Path text = Files.writeString(folder.resolve("a.wtrace"), Samples.mdlFreed());
    Path etl = TextToEtl.file(Samples.mdlFreed()).write(folder.resolve("a.etl"));

    assertThat(Run.of("check", etl)).isEqualTo(Run.of("check", text));
    assertThat(Run.of("check", text).status()).isEqualTo(ExitStatus.FINDINGS);
  }

  @Test
  void theProofIsInOrder() throws IOException {
    Run run = check(Samples.mdlFreed());

    assertThat(run.out())
        .startsWith(
            """
            ERROR WSK-BUF-001: MDL 0xffffb00211130000 was freed while WskSend of 3145728 bytes was \
            in flight, 2.19 s before it completed
              where      client.sys+0x15f2
                #13  0.005400 s             cpu 0  thread  76  enter     WskSend of 3145728 bytes on \
            socket 0xffffb00211120000 with IRP 0xffffb00211140000, MDL 0xffffb00211130000 from \
            client.sys+0x15c8
                #14  0.005500 s  +100.0 us  cpu 0  thread  76  return    WskSend returned \
            STATUS_PENDING from client.sys+0x15c8
                #15  0.005510 s  +110.0 us  cpu 0  thread  76  free      IoFreeMdl of MDL \
            0xffffb00211130000 from client.sys+0x15f2
                #16  2.200000 s     +2.2 s  cpu 1  thread 112  complete  WskSend completed with \
            STATUS_SUCCESS, 3145728 bytes
              why        WSK does not buffer""")
        .contains("\n\n1 error, 0 warnings, 0 notes in 27 events over 2.4 s.\n")
        .containsPattern(
            "\n\\d+ rules: \\d+ passed, 1 violated, 0 suspected, \\d+ not evaluated\\.\n");
  }

  @Test
  void theBarOfFailureCanBeSet() throws IOException {
    // An event is missing: a warning and no error.
    Path file =
        Files.writeString(
            folder.resolve("gap.wtrace"), "wtrace 1\n1 IrpFree irp=0x10\n3 IrpFree irp=0x20\n");

    assertThat(Run.of("check", file).status()).isZero();
    assertThat(Run.of("check", file, "--fail-on", "error").status()).isZero();
    assertThat(Run.of("check", file, "--fail-on", "warning").status()).isEqualTo(1);
    assertThat(Run.of("check", file, "--fail-on", "note").status()).isEqualTo(1);
    assertThat(Run.of("check", file).out())
        .startsWith("WARNING WSK-TRC-001: ")
        .contains("0 errors, 1 warning, 0 notes in 2 events")
        .contains("; 1 event is missing from the trace.\n");
  }

  @Test
  void aDriverThatFreesInTimeIsClean() throws IOException {
    String inTime =
        Samples.mdlFreed()
            .lines()
            .filter(line -> !line.startsWith("15 "))
            .map(line -> line.startsWith("16 ") ? line.replaceFirst("16", "15") : line)
            .map(line -> line.startsWith("17 ") ? free("16") + line : line)
            .reduce("", (a, b) -> a + b + "\n");

    Run run = check(inTime);

    assertThat(run.err()).isEmpty();
    assertThat(run.out()).startsWith("Nothing found in 27 events over 2.4 s.\n");
    assertThat(run.status()).isZero();
  }

  @Test
  void rulesAreChosenByIdAndByGroup() throws IOException {
    Path file = Files.writeString(folder.resolve("a.wtrace"), Samples.mdlFreed());

    Run one = Run.of("check", file, "--rules", "buf-001");
    Run groups = Run.of("check", file, "--rules", "irp,Socket,TRC");
    Run skipped = Run.of("check", file, "--skip", "WSK-BUF-001", "--skip", "socket");
    Run both = Run.of("check", file, "--rules", "buffer", "--skip", "BUF-001");

    assertThat(one.status()).isEqualTo(ExitStatus.FINDINGS);
    assertThat(one.out())
        .endsWith("\n1 rule: 0 passed, 1 violated, 0 suspected, 0 not evaluated.\n");
    assertThat(groups.status()).isZero();
    assertThat(coverage(groups.out(), file, "--rules", "irp,Socket,TRC"))
        .contains("WSK-TRC-001", "WSK-IRP-004", "WSK-SOCK-003")
        .noneMatch(id -> id.startsWith("WSK-BUF-"));
    assertThat(skipped.status()).isZero();
    assertThat(coverage(skipped.out(), file, "--skip", "WSK-BUF-001", "--skip", "socket"))
        .contains("WSK-BUF-002")
        .doesNotContain("WSK-BUF-001")
        .noneMatch(id -> id.startsWith("WSK-SOCK-"));
    assertThat(coverage(both.out(), file, "--rules", "buffer", "--skip", "BUF-001"))
        .contains("WSK-BUF-002")
        .doesNotContain("WSK-BUF-001");
  }

  @Test
  void aNameThatIsNoRuleAndNoGroup() throws IOException {
    Path file = Files.writeString(folder.resolve("a.wtrace"), Samples.mdlFreed());

    assertThat(Run.of("check", file, "--rules", "BUF-01").err())
        .startsWith(
            "wsktrace: there is no rule and no group of rules 'BUF-01'; the nearest are WSK-BUF-001")
        .endsWith("; try 'wsktrace check --help'\n");
    assertThat(Run.of("check", file, "--skip", "buffers").err())
        .startsWith(
            "wsktrace: there is no rule and no group of rules 'buffers'; the nearest are buffer");
    assertThat(Run.of("check", file, "--rules", "irp", "--skip", "irp"))
        .isEqualTo(
            new Run(
                ExitStatus.USAGE,
                "",
                "wsktrace: --rules and --skip leave no rule to judge by; try 'wsktrace check --help'\n"));
    assertThat(Run.of("check", file, "--set", "WSK-SOCK-005.wait=soon").err())
        .isEqualTo(
            "wsktrace: Invalid value for option '--set' (NAME=VALUE): WSK-SOCK-005.wait cannot be 'soon':"
                + " it is a time such as 250ms: a number and ns, us, ms, s, m or h (1 s unless set); try"
                + " 'wsktrace check --help'\n");
  }

  @Test
  void aThresholdIsSet() throws IOException {
    Path file = fixture("WSK-SOCK-005/bad-deregister-waits");

    assertThat(Run.of("check", file, "--rules", "SOCK-005").out())
        .doesNotContain("the trace ends so soon after");
    assertThat(Run.of("check", file, "--rules", "SOCK-005", "--set", "sock-005.wait=1h").out())
        .contains("the trace ends so soon after");
  }

  @Test
  void aSessionChoosesFromItsJudgementAndIsNotJudgedAgain() throws IOException {
    Path file = Files.writeString(folder.resolve("a.wtrace"), Samples.mdlFreed());
    Path session = folder.resolve("a.wskdb");
    Run.of("import", file, "-o", session);

    assertThat(Run.of("check", session)).isEqualTo(Run.of("check", file));
    assertThat(Run.of("check", session, "--rules", "irp"))
        .isEqualTo(Run.of("check", file, "--rules", "irp"));
    assertThat(Run.of("check", session, "--format", "json"))
        .isEqualTo(Run.of("check", file, "--format", "json"));
    assertThat(Run.of("check", session, "--set", "WSK-SOCK-005.wait=1s"))
        .isEqualTo(
            new Run(
                ExitStatus.USAGE,
                "",
                ("wsktrace: %s is a session and keeps the judgement that it was made with, so --set"
                        + " comes too late; check the trace that it was made from (a.wtrace); try"
                        + " 'wsktrace check --help'\n")
                    .formatted(session)));
  }

  @Test
  void aSessionThatKnowsARuleNotSaysSo() throws IOException, SQLException {
    Path file = Files.writeString(folder.resolve("a.wtrace"), Samples.mdlFreed());
    Path session = folder.resolve("a.wskdb");
    Run.of("import", file, "-o", session);
    Sessions.execute(session, "DELETE FROM coverage WHERE rule_id = 'WSK-IRP-007'");

    assertThat(Run.of("check", session, "--skip", "socket").status()).isEqualTo(1);
    assertThat(Run.of("check", session, "--rules", "IRP-004,IRP-007").err())
        .isEqualTo(
            "wsktrace: %s was judged without WSK-IRP-007; check the trace that it was made from (a.wtrace);"
                    .formatted(session)
                + " try 'wsktrace check --help'\n");
  }

  @Test
  void sarifAndJunitAreOneDocument() throws IOException {
    Run sarif = check(Samples.mdlFreed(), "--format", "sarif");
    Run junit = check(Samples.mdlFreed(), "--format", "JUnit");

    assertThat(sarif.status()).isEqualTo(ExitStatus.FINDINGS);
    assertThat(JsonTree.object(sarif.out())).containsEntry("version", "2.1.0");
    assertThat(junit.status()).isEqualTo(ExitStatus.FINDINGS);
    assertThat(junit.out())
        .startsWith("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>")
        .contains("failures=\"1\"")
        .endsWith("</testsuites>\n");
  }

  @Test
  void theHelpNamesEveryKeyOfTheJson() throws IOException {
    Path baseline = Files.writeString(folder.resolve("known.txt"), "");
    Path gap =
        Files.writeString(
            folder.resolve("gap.wtrace"), Samples.mdlFreed() + "999 MdlFree mdl=0xd0\n");
    Map<String, @Nullable Object> json =
        JsonTree.object(Run.of("check", gap, "--format", "json", "--baseline", baseline).out());
    Set<String> keys = new TreeSet<>();
    addKeys(json, keys);

    assertThat(keys).contains("quantities", "kind", "known", "notJudged", "firstSeq", "evidence");
    assertThat(Run.of("check", "--help").out().split("\\W+")).containsAll(keys);
  }

  /** The names of quantities are those of titles, and no keys of ours. */
  private static void addKeys(@Nullable Object json, Set<String> keys) {
    switch (json) {
      case Map<?, ?> object ->
          object.forEach(
              (key, value) -> {
                keys.add(key.toString());
                addKeys(
                    key.equals("quantities") ? List.copyOf(((Map<?, ?>) value).values()) : value,
                    keys);
              });
      case List<?> array -> array.forEach(element -> addKeys(element, keys));
      case null, default -> {}
    }
  }

  private static List<String> coverage(String text, Path file, String... options) {
    assertThat(text).contains(" not evaluated.\n");
    Object[] args =
        Stream.concat(Stream.of("check", file, "--format", "json"), Stream.of(options)).toArray();
    return ((List<?>) JsonTree.object(Run.of(args).out()).get("coverage"))
        .stream().map(rule -> ((Map<?, ?>) rule).get("rule").toString()).toList();
  }

  private static Path fixture(String name) {
    return Path.of("src/test/resources/org/wsktrace/rule/" + name + ".wtrace");
  }

  private static String free(String seq) {
    return seq
        + " 2.20005s cpu1 tid:112 rva:0x1a70 MdlFree mdl=0xffffb00211130000 va=0xffffb00219990000"
        + " length=3145728 mdlFlags=0x4\n";
  }

  private Run check(String text, Object... options) throws IOException {
    Path file = Files.writeString(folder.resolve("a.wtrace"), text);
    // Its socket is never connected: the trace is about the MDL alone.
    return Run.of(
        Stream.concat(Stream.of("check", file, "--skip", "socket"), Stream.of(options)).toArray());
  }
}
