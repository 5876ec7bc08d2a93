package org.wsktrace.recorder;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** Why there may be no flight recorder in an image, and what to do about it. */
final class Absence {
  /** What holds memory, but compressed: there no page can be seen. */
  private enum Packing {
    GZIP("a gzip file", "\u001F\u008B"),
    ZSTANDARD("a Zstandard file", "(\u00B5/\u00FD"),
    XZ("an xz file", "\u00FD7zXZ\0"),
    SEVEN_ZIP("a 7-Zip archive", "7z\u00BC\u00AF"),
    ZIP("a ZIP archive", "PK\3\4"),
    CABINET("a cabinet", "MSCF"),
    KDUMP("a dump in the compressed format of kdump", "KDUMP   "),
    QCOW("a disk image of QEMU", "QFI\u00FB"),
    HIBERNATION("a hibernation file, which Windows compresses", "HIBR"),
    HIBERNATION_SMALL("a hibernation file, which Windows compresses", "hibr");

    private final String what;

    /** The first bytes, as ISO 8859-1. */
    private final String magic;

    Packing(String what, String magic) {
      this.what = what;
      this.magic = magic;
    }

    static Optional<Packing> of(byte[] start) {
      String text = new String(start, StandardCharsets.ISO_8859_1);
      return Arrays.stream(values()).filter(packing -> text.startsWith(packing.magic)).findFirst();
    }
  }

  private static final String CAPTURE = "have a capture running (wskctl start) when the machine ";

  private Absence() {}

  /**
   * Of a file that begins so.
   *
   * @param start its first {@link DumpHeader#BYTES}, or all of it
   */
  static ImageException.NothingFound in(Path path, byte[] start) {
    Optional<DumpHeader> dump = DumpHeader.of(start);
    if (dump.isPresent()) {
      return dump.get().isSmall()
          ? new ImageException.NothingFound(
              path,
              "this small crash dump holds no flight recorder",
              CAPTURE + "crashes, and let Windows write a kernel or automatic memory dump")
          : new ImageException.NothingFound(
              path,
              "this crash dump holds no flight recorder",
              CAPTURE + "crashes, and check that the dump was copied in whole");
    }
    Optional<Packing> packing = Packing.of(start);
    if (packing.isPresent()) {
      return new ImageException.NothingFound(
          path,
          "this is " + packing.get().what + ", and nothing can be seen in it",
          "unpack it, or make an image of the memory that is not compressed");
    }
    return new ImageException.NothingFound(
        path,
        "this is no trace, no session and no crash dump, and taken as an image of memory it holds no flight recorder",
        "give a file that wskctl drain or Windows wrote, or " + CAPTURE + "is imaged");
  }
}
