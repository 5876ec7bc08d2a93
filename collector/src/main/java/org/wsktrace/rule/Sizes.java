package org.wsktrace.rule;

/** Numbers of bytes for people. */
final class Sizes {
  private Sizes() {}

  /** 1 byte, 1500 bytes, 64 KiB, 4 MiB: a bigger unit only where it is exact. */
  static String of(long bytes) {
    if (bytes >= 1 << 20 && bytes % (1 << 20) == 0) {
      return (bytes >> 20) + " MiB";
    }
    if (bytes >= 1 << 13 && bytes % (1 << 10) == 0) {
      return (bytes >> 10) + " KiB";
    }
    return bytes == 1 ? "1 byte" : bytes + " bytes";
  }
}
