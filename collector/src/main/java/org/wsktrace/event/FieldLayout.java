package org.wsktrace.event;

import java.util.List;

/**
 * Where one field of a payload lies and how it is written for people. Offsets and sizes in bytes.
 */
public sealed interface FieldLayout {
  String name();

  /** From the start of the payload, or of the struct that holds the field. */
  int offset();

  /** Of the field, or of one struct. A text has the size 0: it ends with the payload. */
  int size();

  /** A number of 1, 2, 4 or 8 bytes. */
  record Plain(String name, int offset, int size, Meaning meaning) implements FieldLayout {}

  /** A number whose values have names. */
  record Named(String name, int offset, int size, ValueNames names) implements FieldLayout {}

  /** A fixed count of bytes, perhaps a SOCKADDR. */
  record Blob(String name, int offset, int size, boolean socketAddress) implements FieldLayout {}

  /** UTF-16 with a NUL, at the end of the payload. */
  record Text(String name, int offset) implements FieldLayout {
    @Override
    public int size() {
      return 0;
    }
  }

  /**
   * One struct in place, or, {@code counted}, as many as the 16-bit number right before them says,
   * at the end of the payload.
   */
  record Structs(String name, int offset, int size, boolean counted, List<FieldLayout> fields)
      implements FieldLayout {}

  /** How a number is written. */
  enum Meaning {
    PLAIN,
    HEX,
    NTSTATUS,
    FILETIME
  }
}
