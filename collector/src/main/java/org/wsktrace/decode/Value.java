package org.wsktrace.decode;

import java.time.Instant;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;

/**
 * What a field says. Values are immutable and own their bytes; {@code toString} is how people read
 * them.
 */
public sealed interface Value {

  /** A signed number. */
  record Int(long number) implements Value {
    @Override
    public String toString() {
      return Long.toString(number);
    }
  }

  /** An unsigned number of 64 bits: {@link Long#toUnsignedString}. */
  record Unsigned(long number) implements Value {
    @Override
    public String toString() {
      return Long.toUnsignedString(number);
    }
  }

  /**
   * An unsigned number that is read in hex: an address, a mask, a status.
   *
   * @param number its bits, the higher ones 0
   * @param bytes 1, 2, 4 or 8
   */
  record Hex(long number, int bytes) implements Value {
    @Override
    public String toString() {
      return "0x" + HexFormat.of().toHexDigits(number, 2 * bytes);
    }
  }

  /** True or false. */
  record Bool(boolean is) implements Value {
    @Override
    public String toString() {
      return Boolean.toString(is);
    }
  }

  /**
   * A floating point number.
   *
   * @param number exactly what the payload says
   * @param bytes 4 or 8: a float needs fewer digits to be told from its neighbours
   */
  record Real(double number, int bytes) implements Value {
    @Override
    public String toString() {
      return bytes == Float.BYTES ? Float.toString((float) number) : Double.toString(number);
    }
  }

  /** Text, without the NUL at its end. */
  record Text(String text) implements Value {
    @Override
    public String toString() {
      return text;
    }
  }

  /** A GUID. */
  record Guid(UUID guid) implements Value {
    @Override
    public String toString() {
      return guid.toString();
    }
  }

  /**
   * A FILETIME.
   *
   * @param fileTime units of 100 ns since the beginning of 1601, UTC
   */
  record Time(long fileTime) implements Value {
    private static final long PER_SECOND = 10_000_000;
    private static final long UNIX_EPOCH_SECONDS = 11_644_473_600L;

    /** The same time, to 100 ns. */
    public Instant instant() {
      return Instant.ofEpochSecond(
          Math.floorDiv(fileTime, PER_SECOND) - UNIX_EPOCH_SECONDS,
          Math.floorMod(fileTime, PER_SECOND) * 100);
    }

    @Override
    public String toString() {
      return instant().toString();
    }
  }

  /** A SYSTEMTIME, to the millisecond, of whatever zone the provider meant. */
  record SystemTime(LocalDateTime time) implements Value {
    @Override
    public String toString() {
      return time.toString();
    }
  }

  /** A security identifier, as "S-1-5-18". */
  record Sid(String sid) implements Value {
    @Override
    public String toString() {
      return sid;
    }
  }

  /**
   * An IP address, as "10.0.0.1" or "fe80::1"; of a socket address "10.0.0.1:80", "[fe80::1]:80".
   */
  record Ip(String address) implements Value {
    @Override
    public String toString() {
      return address;
    }
  }

  /** Bytes. */
  final class Binary implements Value {
    private final byte[] bytes;

    /** Owns the array. */
    Binary(byte[] bytes) {
      this.bytes = bytes;
    }

    /** Copies the bytes. */
    public static Binary of(byte... bytes) {
      return new Binary(bytes.clone());
    }

    /** How many. */
    public int size() {
      return bytes.length;
    }

    /** A copy. */
    public byte[] bytes() {
      return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Binary binary && Arrays.equals(bytes, binary.bytes);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(bytes);
    }

    /** Two hex digits for each byte, nothing between. */
    @Override
    public String toString() {
      return HexFormat.of().formatHex(bytes);
    }
  }

  /** Fields within a field. */
  record Struct(List<Field> fields) implements Value {
    /** Copies the fields. */
    public Struct {
      fields = List.copyOf(fields);
    }

    @Override
    public String toString() {
      return fields.toString();
    }
  }

  /** Values of one type. */
  record Array(List<Value> values) implements Value {
    /** Copies the values. */
    public Array {
      values = List.copyOf(values);
    }

    @Override
    public String toString() {
      return values.toString();
    }
  }

  /**
   * A number that has a name.
   *
   * @param number an Int, Unsigned or Hex
   * @param name from the provider's map; of several bits "A | B"
   */
  record Named(Value number, String name) implements Value {
    @Override
    public String toString() {
      return name;
    }
  }
}
