package org.wsktrace.schema;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One field of a payload, at a fixed offset in bytes from the start of the payload or of the struct
 * that holds it.
 */
public sealed interface Field {
  String name();

  int offset();

  /** Bytes in the fixed part: 0 for what stands behind it, a string or a counted struct. */
  int size();

  /** True for padding: written as zeros, read by nobody. */
  default boolean reserved() {
    return name().endsWith("Reserved");
  }

  /**
   * An unsigned integer of 1, 2, 4 or 8 bytes; {@code map} names the values it takes, if they have
   * names.
   */
  record Unsigned(String name, int offset, int size, Meaning meaning, @Nullable ValueMap map)
      implements Field {}

  /** A fixed count of bytes. */
  record Bytes(String name, int offset, int size, boolean socketAddress) implements Field {}

  /** UTF-16, little-endian, NUL at the end; the last field of its payload. */
  record Text(String name, int offset) implements Field {
    @Override
    public int size() {
      return 0;
    }
  }

  /**
   * A struct in place ({@code countField} null), or as many as {@code countField} says, behind the
   * fixed part.
   */
  record Struct(
      String name, int offset, int structSize, List<Field> fields, @Nullable String countField)
      implements Field {
    @Override
    public int size() {
      return countField == null ? structSize : 0;
    }
  }

  /** How a number is to be shown. */
  enum Meaning {
    PLAIN,
    HEX,
    NTSTATUS,
    FILETIME
  }
}
