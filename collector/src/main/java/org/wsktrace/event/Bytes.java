package org.wsktrace.event;

import java.util.Arrays;
import java.util.HexFormat;

/** A short immutable run of bytes, shown as hexadecimal digits. */
public final class Bytes {
  private final byte[] content;

  private Bytes(byte[] content) {
    this.content = content;
  }

  /** A copy of the given bytes. */
  public static Bytes of(byte... content) {
    return new Bytes(content.clone());
  }

  public int size() {
    return content.length;
  }

  /** The byte at an index, 0..255. */
  public int at(int index) {
    return Byte.toUnsignedInt(content[index]);
  }

  public byte[] toArray() {
    return content.clone();
  }

  /** True when every byte is 0, as in a field that a call does not have. */
  public boolean isZero() {
    for (byte b : content) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes bytes && Arrays.equals(content, bytes.content);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(content);
  }

  @Override
  public String toString() {
    return HexFormat.of().formatHex(content);
  }
}
