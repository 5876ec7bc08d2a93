package org.wsktrace.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wsktrace.store.row.StoredFinding;

final class SessionReaderTest {
  @TempDir private Path folder;
  private Path session;

  @BeforeEach
  void write() throws IOException {
    session = Sessions.write(folder.resolve("a.wskdb"));
  }

  @Test
  void whatWasWrittenIsReadBack() throws IOException {
    try (SessionReader reader = SessionReader.open(session)) {
      assertThat(reader.meta()).isEqualTo(Sessions.META);
      assertThat(reader.report()).isEqualTo(Sessions.REPORT);
      assertThat(reader.losses()).isEmpty();
      assertThat(reader.drivers()).isEmpty();
      assertThat(reader.eventCounts()).isEmpty();
    }
  }

  @Test
  void readingLeavesNoFileAndChangesNothing() throws IOException {
    byte[] before = Files.readAllBytes(session);
    try (SessionReader reader = SessionReader.open(session)) {
      assertThat(reader.report().findings()).hasSize(1);
    }

    assertThat(Sessions.names(folder)).containsExactly("a.wskdb");
    assertThat(session).hasBinaryContent(before);
  }

  @Test
  void aNameMayHaveAnyCharacter() throws IOException {
    Path odd = Sessions.write(folder.resolve("a?mode=memory&x #%41 .wskdb"));

    try (SessionReader reader = SessionReader.open(odd)) {
      assertThat(reader.meta()).isEqualTo(Sessions.META);
    }
    assertThat(Sessions.names(folder)).containsExactly("a.wskdb", "a?mode=memory&x #%41 .wskdb");
  }

  @Test
  void aNameMayBeInAnyLanguage() throws IOException {
    assumeTrue(
        Charset.forName(System.getProperty("sun.jnu.encoding")).newEncoder().canEncode("ü漢"),
        "skipped: the locale has no name for it; try LC_ALL=C.UTF-8");
    Path odd = Sessions.write(folder.resolve("ü漢.wskdb"));

    try (SessionReader reader = SessionReader.open(odd)) {
      assertThat(reader.meta()).isEqualTo(Sessions.META);
    }
    assertThat(Sessions.names(folder)).contains("ü漢.wskdb");
  }

  @Test
  void aSessionToComeIsRefused() throws Exception {
    Sessions.execute(session, "PRAGMA user_version = 3");

    assertThatThrownBy(() -> SessionReader.open(session))
        .isInstanceOf(StoreException.Newer.class)
        .hasMessage(
            session
                + ": a newer wsktrace wrote this session (format 3; this one reads format 2);"
                + " update wsktrace, or import the trace again with this one");
  }

  @Test
  void anotherProgramsFileIsRefused() throws SQLException {
    Path other = Sessions.execute(folder.resolve("b.wskdb"), "CREATE TABLE t (x)");

    assertThatThrownBy(() -> SessionReader.open(other))
        .isInstanceOf(StoreException.Foreign.class)
        .hasMessage(
            other
                + ": this is an SQLite file of another program, not a wsktrace session;"
                + " give a .wskdb file that wsktrace import wrote");
  }

  @Test
  void whatIsNoSqliteFileIsRefused() throws IOException {
    Path other = Files.writeString(folder.resolve("b.wskdb"), "x".repeat(5000));

    assertThatThrownBy(() -> SessionReader.open(other))
        .isInstanceOf(StoreException.Foreign.class)
        .hasMessage(
            other
                + ": this is no SQLite file, not a wsktrace session;"
                + " give a .wskdb file that wsktrace import wrote");
  }

  @Test
  void aFileThatWasCutIsRefused() throws IOException {
    long size = Files.size(session);
    try (var file = new RandomAccessFile(session.toFile(), "rw")) {
      file.setLength(size - 4096);
    }

    assertThatThrownBy(() -> SessionReader.open(session))
        .isInstanceOf(StoreException.Damaged.class)
        .hasMessageContaining("; copy it again, or import the trace again");
  }

  @Test
  void aPageThatWasOverwrittenIsNoticedWhenItIsRead() throws IOException {
    try (var file = new RandomAccessFile(session.toFile(), "rw")) {
      for (long page = 1; page < file.length() / 4096; page++) {
        file.seek(page * 4096);
        file.write(new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
      }
    }

    assertThatThrownBy(
            () -> {
              try (SessionReader reader = SessionReader.open(session)) {
                reader.report();
              }
            })
        .isInstanceOf(StoreException.Damaged.class);
  }

  @Test
  void aSessionOfTheFirstFormatHasNoQuantities() throws Exception {
    Sessions.execute(session, "ALTER TABLE finding DROP COLUMN quantities");
    Sessions.execute(session, "PRAGMA user_version = 1");

    try (SessionReader reader = SessionReader.open(session)) {
      StoredFinding finding = reader.report().findings().getFirst();
      assertThat(finding.quantities()).isEmpty();
      assertThat(finding.title()).isEqualTo(Sessions.FINDING.title());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1",
        "{} {}",
        "{\"a\":1}",
        "{\"a\":{\"kind\":\"smell\"}}",
        "{\"a\":{\"kind\":\"count\",\"value\":[]}}",
        "{\"a\":{\"kind\":\"address\",\"value\":\"0xg\"}}",
        "{\"a\":{\"kind\":\"words\"},\"a\":{\"kind\":\"words\"}}"
      })
  void quantitiesThatAreNoneAreDamage(String json) throws Exception {
    Sessions.execute(session, "UPDATE finding SET quantities = '%s'".formatted(json));

    try (SessionReader reader = SessionReader.open(session)) {
      assertThatThrownBy(reader::report)
          .isInstanceOf(StoreException.Damaged.class)
          .hasMessageContaining("quantities is '%s'".formatted(json));
    }
  }

  @Test
  void aWordThatIsNoneIsDamage() throws Exception {
    Sessions.execute(session, "UPDATE rule SET severity = 'deadly'");

    try (SessionReader reader = SessionReader.open(session)) {
      assertThatThrownBy(reader::report)
          .isInstanceOf(StoreException.Damaged.class)
          .hasMessageContaining("severity is 'deadly'");
    }
  }

  @Test
  void aTableThatIsMissingIsDamage() throws Exception {
    Sessions.execute(session, "DROP TABLE coverage");

    try (SessionReader reader = SessionReader.open(session)) {
      assertThatThrownBy(reader::report).isInstanceOf(StoreException.Damaged.class);
    }
  }
}
