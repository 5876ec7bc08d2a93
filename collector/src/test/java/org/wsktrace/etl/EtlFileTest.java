package org.wsktrace.etl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wsktrace.etl.EtlFile.Truncation;
import org.wsktrace.etl.layout.BufferHeader;
import org.wsktrace.etl.layout.LogfileHeader;
import org.wsktrace.etl.record.EtlClock;
import org.wsktrace.etl.record.HeaderType;

/** What opens, what a header says, and what is refused in which words. */
final class EtlFileTest {
  @TempDir private Path folder;

  @Test
  void theHeaderIsReadForBothPointerSizes() throws IOException {
    for (int pointerSize : new int[] {4, 8}) {
      Path file =
          new EtlWriter()
              .pointerSize(pointerSize)
              .bufferSize(8192)
              .clock(LogfileHeader.CLOCK_QPC, 3_119_142)
              .cpuMegahertz(3194)
              .startTicks(77)
              .lost(3, 1)
              .mode(0x0800_0001)
              .endTime(EtlWriter.START + 25_000_000)
              .buffer(BufferWriter.on(0))
              .write(folder.resolve("test.etl"));

      Seen seen = Seen.in(file);

      assertThat(seen.header())
          .isEqualTo(
              new EtlHeader(
                  10,
                  0,
                  26100,
                  1,
                  5,
                  pointerSize,
                  4,
                  8192,
                  2,
                  3,
                  1,
                  0x0800_0001,
                  0,
                  3194,
                  3_119_142,
                  EtlWriter.START,
                  EtlWriter.START + 25_000_000,
                  "Test",
                  "C:\\test.etl",
                  new EtlClock(EtlClock.Kind.QPC, 77, EtlWriter.START, 3_119_142)));
      assertThat(seen.header().start()).hasToString("2026-01-01T00:00:00Z");
      assertThat(seen.header().end().orElseThrow()).hasToString("2026-01-01T00:00:02.500Z");
      assertThat(seen.header().circular()).isFalse();
      assertThat(seen.events().getFirst().type())
          .isEqualTo(pointerSize == 4 ? HeaderType.SYSTEM32 : HeaderType.SYSTEM64);
    }
  }

  @Test
  void aFileIsReadAsOftenAsWanted() throws IOException {
    Path file =
        new EtlWriter()
            .buffer(BufferWriter.on(0).add(EventWriter.at(1)))
            .write(folder.resolve("test.etl"));
    try (EtlFile etl = EtlFile.open(file)) {
      assertThat(etl.read(_ -> {})).isEqualTo(etl.read(_ -> {}));
      assertThat(etl.path()).isEqualTo(file);
      assertThat(etl.size()).isEqualTo(2 * 4096);
    }
  }

  @Test
  void buffersOfDifferentSizesAreReadOneAfterTheOther() throws IOException {
    Seen seen =
        Seen.in(
            new EtlWriter()
                .bufferSize(0)
                .buffer(BufferWriter.on(0).add(EventWriter.at(1).id(1)))
                .buffer(BufferWriter.on(0).size(5000).add(EventWriter.at(2).id(2)))
                .buffer(BufferWriter.on(0).size(BufferHeader.BYTES))
                .buffer(BufferWriter.on(0).size(1001).add(EventWriter.at(3).id(3)))
                .buffer(BufferWriter.on(0).add(EventWriter.at(4).id(4)))
                .write(folder.resolve("test.etl")));

    assertThat(seen.ids()).containsExactly(1, 2, 3, 4);
    assertThat(seen.summary().buffers()).isEqualTo(6);
  }

  @Test
  void anExceptionOfTheConsumerEndsTheReading() throws IOException {
    Path file = new EtlWriter().write(folder.resolve("test.etl"));
    try (EtlFile etl = EtlFile.open(file)) {
      assertThatThrownBy(
              () ->
                  etl.read(
                      _ -> {
                        throw new IOException("enough");
                      }))
          .hasMessage("enough");
    }
  }

  @Test
  void aMissingFile() {
    Path file = folder.resolve("nope.etl");
    assertThatThrownBy(() -> EtlFile.open(file))
        .isInstanceOf(EtlException.Missing.class)
        .hasMessage(file + ": there is no such file. Check the name and the folder.");
  }

  @Test
  void aFolder() {
    assertThatThrownBy(() -> EtlFile.open(folder))
        .isInstanceOf(EtlException.NotAFile.class)
        .hasMessage(folder + ": this is a folder. Give the .etl file in it.");
  }

  @Test
  void anEmptyFile() throws IOException {
    Path file = write();
    assertThatThrownBy(() -> EtlFile.open(file))
        .isInstanceOf(EtlException.Empty.class)
        .hasMessage(
            file
                + ": the file is empty. The trace session has written nothing; stop it before you"
                + " copy its file, and record again.");
  }

  @Test
  void aTextFile() throws IOException {
    Path file =
        write(
            "Dear reader,\r\n\tthis is not a trace, whatever its name says."
                .getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> EtlFile.open(file))
        .isInstanceOf(EtlException.NotEtl.class)
        .hasMessage(
            file
                + ": this is not an .etl trace: it is text. Give the file that the trace session"
                + " wrote.");
  }

  @Test
  void aZipArchive() throws IOException {
    assertThatThrownBy(() -> EtlFile.open(write((byte) 'P', (byte) 'K', (byte) 3, (byte) 4)))
        .isInstanceOf(EtlException.NotEtl.class)
        .hasMessageContaining("it is a zip archive, which may hold one");
  }

  @Test
  void aFewBytes() throws IOException {
    assertThatThrownBy(() -> EtlFile.open(write(new byte[79])))
        .isInstanceOf(EtlException.NotEtl.class)
        .hasMessageContaining("it has only 79 bytes");
  }

  @Test
  void bytesThatDoNotBeginWithTheHeaderOfATrace() throws IOException {
    byte[] whole = new EtlWriter().toBytes();
    // A byte of the first buffer's size, its offset, then of the first event's type, mark, group,
    // opcode.
    for (int at : List.of(3, 0x33, 0x4A, 0x4B, 0x4E, 0x4F)) {
      byte[] broken = whole.clone();
      broken[at] = 0x7F;
      assertThatThrownBy(() -> EtlFile.open(write(broken), Truncation.TOLERATE))
          .as("byte %d", at)
          .isInstanceOf(EtlException.NotEtl.class)
          .hasMessageContaining("it does not begin with the header of a trace");
    }
  }

  @Test
  void aFirstEventThatCannotDescribeATrace() throws IOException {
    assertNotEtl(0x4D, 0x70, "its first event does not fit its first buffer");
    assertNotEtl(0x4D, 0, "its first event is too short to describe a trace");
    assertNotEtl(0x68 + LogfileHeader.POINTER_SIZE, 5, "that a pointer has 5 bytes");
  }

  private void assertNotEtl(int at, int value, String reason) throws IOException {
    byte[] bytes = new EtlWriter().toBytes();
    bytes[at] = (byte) value;
    Path file = write(bytes);
    assertThatThrownBy(() -> EtlFile.open(file))
        .isInstanceOf(EtlException.NotEtl.class)
        .hasMessageContaining(reason);
  }

  @Test
  void aFileThatShrinksWhileItIsRead() throws IOException {
    // Two buffers of one processor: only the first is read before the first event is delivered.
    Path file =
        new EtlWriter()
            .buffer(BufferWriter.on(0).add(EventWriter.at(1)))
            .buffer(BufferWriter.on(0).add(EventWriter.at(2)))
            .write(folder.resolve("test.etl"));

    try (EtlFile etl = EtlFile.open(file)) {
      assertThatThrownBy(() -> etl.read(_ -> truncate(file, 5000)))
          .isInstanceOf(EtlException.Changed.class)
          .hasMessage(
              file
                  + ": the file became shorter while it was being read. Stop the session or the"
                  + " copy that writes it, and read it again.");
    }
  }

  @Test
  void aFileIsNotChangedByReadingIt() throws IOException {
    Path file = new EtlWriter().write(folder.resolve("test.etl"));
    byte[] before = Files.readAllBytes(file);
    var time = Files.getLastModifiedTime(file);

    Seen.in(file);

    assertThat(file).hasBinaryContent(before);
    assertThat(Files.getLastModifiedTime(file)).isEqualTo(time);
  }

  private static void truncate(Path file, long size) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(size);
    }
  }

  private Path write(byte... bytes) throws IOException {
    return Files.write(folder.resolve("test.etl"), bytes);
  }
}
