package org.wsktrace.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wsktrace.etl.EtlWriter;
import org.wsktrace.recorder.RingImage;

final class FileKindTest {
  @TempDir private Path folder;

  @Test
  void anEtlIsOneWhateverItsName() throws IOException {
    assertThat(FileKind.of(new EtlWriter().write(folder.resolve("a.etl")))).isEqualTo(FileKind.ETL);
    assertThat(FileKind.of(new EtlWriter().write(folder.resolve("a.wtrace"))))
        .isEqualTo(FileKind.ETL);
  }

  @Test
  void aTextTraceIsOneWhateverItsName() throws IOException {
    assertThat(FileKind.of(text("a.txt", "wtrace 1\n"))).isEqualTo(FileKind.TEXT_TRACE);
  }

  @Test
  void otherTextIsATextTraceOnlyByName() throws IOException {
    assertThat(FileKind.of(text("a.wtrace", "# later\nwtrace 1\n"))).isEqualTo(FileKind.TEXT_TRACE);
    assertThatThrownBy(() -> FileKind.of(text("notes.etl", "Grüße\n")))
        .isInstanceOf(SourceException.PlainText.class);
  }

  @Test
  void aCharacterCutInHalfIsStillText() throws IOException {
    Path file = text("a.wtrace", "x" + "ü".repeat(4096));

    assertThat(FileKind.of(file)).isEqualTo(FileKind.TEXT_TRACE);
  }

  @Test
  void sqliteIsKnownByItsFirstBytes() throws IOException {
    assertThat(FileKind.of(text("a.etl", "SQLite format 3\0..."))).isEqualTo(FileKind.SQLITE);
  }

  @Test
  void aCrashDumpIsOneWhateverItsName() throws IOException {
    byte[] dump = RingImage.started(1).toDump();
    assertThat(FileKind.of(Files.write(folder.resolve("a.etl"), dump)))
        .isEqualTo(FileKind.CRASH_DUMP);
    assertThat(FileKind.of(text("b", "PAGEDUMPPAGE"))).isEqualTo(FileKind.CRASH_DUMP);
  }

  @Test
  void bytesThatSayNothingAreWhatTheNameSays() throws IOException {
    byte[] bytes = {0, 1, 2, 3};
    assertThat(FileKind.of(Files.write(folder.resolve("a.wskdb"), bytes)))
        .isEqualTo(FileKind.SQLITE);
    assertThat(FileKind.of(Files.write(folder.resolve("a.ETL"), bytes))).isEqualTo(FileKind.ETL);
    assertThat(FileKind.of(Files.write(folder.resolve("a.bin"), bytes))).isEqualTo(FileKind.MEMORY);
    assertThatThrownBy(() -> FileKind.of(Files.write(folder.resolve("a.wtrace"), bytes)))
        .isInstanceOf(SourceException.NotText.class);
  }

  private Path text(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }
}
