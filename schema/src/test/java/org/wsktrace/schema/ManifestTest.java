package org.wsktrace.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManifestTest {
  private static final Path REAL = Path.of("wsktrace.man");

  @TempDir private Path folder;

  /**
   * Each row breaks the real manifest in one place: what stood there, what stands there now, what
   * is said of it.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          <event value="31"          | <event value="30"            | event id 30 is out of range or used twice
          <event value="31"          | <event value="65536"         | event id 65536 is out of range or used twice
          keywords="Send"            | keywords="Sendd"             | there is no keyword named Sendd
          level="win:Error"          | level="win:Mistake"          | there is no level named win:Mistake
          template="SendEnter"       | template="SendLeave"         | there is no template named SendLeave
          task="SendEnter"           | task="SendLeave"             | there is no task named SendLeave
          map="LossReason"           | map="LossReasons"            | there is no map named LossReasons
          count="MdlCount"           | count="MdlCounts"            | MdlSnap is counted by an unknown field MdlCounts
          id="Verb.WskSend"          | id="Verb.WskSent"            | there is no string named Verb.WskSend
          name="Qpc" inType="win:UInt64" | name="Qpc" inType="win:UInt32" | stands at 12, not at a multiple of 8
          inType="win:FILETIME"      | inType="win:SYSTEMTIME"      | inType win:SYSTEMTIME is not one we lay out
          name="PatchedImports" inType="win:UInt32"/> | name="PatchedImports" inType="win:Binary" length="6"/> | pad it to a multiple of 8
          <map value="2" symbol="WsktVerb_WskSocketConnect" | <map value="1" symbol="WsktVerb_WskSocketConnect" | value 1 is used twice
          """)
  void aBrokenManifestIsRefusedWithTheReason(String from, String to, String reason)
      throws IOException {
    String text = Files.readString(REAL);
    assertThat(text).contains(from);
    Path broken =
        Files.writeString(folder.resolve("broken.man"), text.replaceFirst(quote(from), to));

    assertThatThrownBy(() -> Manifest.read(broken))
        .isInstanceOf(ManifestException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void aFileThatIsNotXmlIsRefused() throws IOException {
    Path broken = Files.writeString(folder.resolve("broken.man"), "wsktrace");

    assertThatThrownBy(() -> Manifest.read(broken)).hasMessageContaining("is not well-formed XML");
  }

  @Test
  void everyPayloadBeginsWithTheHeaderOfTheContract() throws IOException {
    assertThat(Manifest.read(REAL).templates())
        .allSatisfy(
            template ->
                assertThat(template.headerFields())
                    .extracting(Field::name)
                    .containsExactly(
                        "Seq",
                        "Qpc",
                        "OpId",
                        "Caller",
                        "StackPointer",
                        "CallerRva",
                        "Pid",
                        "Tid",
                        "Cpu",
                        "Client",
                        "Irql",
                        "HeaderFlags",
                        "HeaderReserved"));
  }

  @Test
  void everyEventIsThere() throws IOException {
    assertThat(Manifest.read(REAL).events())
        .extracting(Event::id)
        .containsExactly(
            1, 2, 3, 4, 5, 6, 10, 11, 20, 21, 22, 23, 30, 31, 32, 33, 34, 40, 41, 42, 43, 44, 46,
            50, 51, 52, 53, 54, 55, 56, 57, 60, 61, 70, 71, 72, 73, 74, 80, 81, 90, 100, 101);
  }

  private static String quote(String literal) {
    return java.util.regex.Pattern.quote(literal);
  }
}
