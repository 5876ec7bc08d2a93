package org.wsktrace.recorder;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of a file without a flight recorder. */
final class AbsenceTest {
  private static final byte[] DUMP = RingImage.started(1).toDump();

  @TempDir private Path folder;

  @Test
  void aCrashDump() {
    says(
        DUMP,
        "this crash dump holds no flight recorder; have a capture running (wskctl start) when the"
            + " machine crashes, and check that the dump was copied in whole");
  }

  @Test
  void aSmallCrashDump() {
    byte[] dump = DUMP.clone();
    ByteBuffer.wrap(dump).order(ByteOrder.LITTLE_ENDIAN).putInt(0xF98, 4);
    says(
        dump,
        "this small crash dump holds no flight recorder; have a capture running (wskctl start) when"
            + " the machine crashes, and let Windows write a kernel or automatic memory dump");
  }

  @Test
  void somethingCompressed() {
    says(
        "PK\3\4".getBytes(StandardCharsets.ISO_8859_1),
        "this is a ZIP archive, and nothing can be seen in it; unpack it, or make an image of the"
            + " memory that is not compressed");
    says(
        "KDUMP   and more".getBytes(StandardCharsets.ISO_8859_1),
        "this is a dump in the compressed format of kdump, and nothing can be seen in it; unpack"
            + " it, or make an image of the memory that is not compressed");
  }

  @Test
  void bytes() {
    says(
        new byte[100],
        "this is no trace, no session and no crash dump, and taken as an image of memory it holds no"
            + " flight recorder; give a file that wskctl drain or Windows wrote, or have a capture"
            + " running (wskctl start) when the machine is imaged");
  }

  private void says(byte[] bytes, String message) {
    Path file = folder.resolve("a.bin");
    assertThatThrownBy(() -> open(Files.write(file, bytes)))
        .isInstanceOf(ImageException.NothingFound.class)
        .hasMessage(file + ": " + message);
  }

  private static void open(Path file) throws IOException {
    try (MemoryImage image = MemoryImage.open(file)) {
      image.newest(image.survey((_, _) -> true));
    }
  }
}
