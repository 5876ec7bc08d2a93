package org.wsktrace.event.text;

import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.wsktrace.event.FieldLayout;
import org.wsktrace.event.FieldLayout.Meaning;
import org.wsktrace.event.FieldLayout.Named;
import org.wsktrace.event.FieldLayout.Plain;
import org.wsktrace.event.FileTime;
import org.wsktrace.event.NtStatus;
import org.wsktrace.event.ValueNames;

/**
 * The numbers of a payload as text: decimal, 0x and hexadecimal digits, or the name that their
 * meaning gives them.
 */
final class NumberText {
  private NumberText() {}

  static String write(Plain field, long value) {
    return switch (field.meaning()) {
      case PLAIN -> Long.toUnsignedString(value);
      case HEX -> "0x" + Long.toHexString(value);
      case NTSTATUS -> NtStatus.name((int) value);
      case FILETIME -> FileTime.instant(value).toString();
    };
  }

  static String write(Named field, long value) {
    return field.names().nameOf(value);
  }

  /** The value of a text, or empty when it has none; it still may not fit the field. */
  static OptionalLong read(FieldLayout field, String text) {
    OptionalLong number = number(text);
    if (number.isPresent()) {
      return number;
    }
    return switch (field) {
      case Named named -> read(named.names(), text);
      case Plain plain when plain.meaning() == Meaning.NTSTATUS -> {
        OptionalInt status = NtStatus.value(text);
        yield status.isPresent()
            ? OptionalLong.of(Integer.toUnsignedLong(status.getAsInt()))
            : OptionalLong.empty();
      }
      case Plain plain when plain.meaning() == Meaning.FILETIME -> filetime(text);
      default -> OptionalLong.empty();
    };
  }

  /** What a field takes, for an error. */
  static String expected(FieldLayout field) {
    String number =
        "a number from 0 to %s (decimal, or hexadecimal with 0x)".formatted(max(field.size()));
    return switch (field) {
      case Named named ->
          named.names().entries().stream()
                  .map(ValueNames.Entry::name)
                  .collect(Collectors.joining(named.names().bits() ? "|" : ", "))
              + ", or "
              + number;
      case Plain plain when plain.meaning() == Meaning.NTSTATUS ->
          "a status such as STATUS_PENDING or 0xC0000120";
      case Plain plain when plain.meaning() == Meaning.FILETIME ->
          "a time such as 2026-01-31T12:00:00Z, or " + number;
      default -> number;
    };
  }

  /** True when an unsigned number can be stored in so many bytes. */
  static boolean fits(long value, int size) {
    return size == Long.BYTES || (value >>> (8 * size)) == 0;
  }

  /** Unsigned, up to 64 bits. */
  static OptionalLong number(String text) {
    boolean hex = text.startsWith("0x") || text.startsWith("0X");
    try {
      return text.startsWith("+", hex ? 2 : 0)
          ? OptionalLong.empty()
          : OptionalLong.of(
              hex
                  ? HexFormat.fromHexDigitsToLong(text, 2, text.length())
                  : Long.parseUnsignedLong(text));
    } catch (IllegalArgumentException e) {
      return OptionalLong.empty();
    }
  }

  private static String max(int size) {
    return BigInteger.ONE.shiftLeft(8 * size).subtract(BigInteger.ONE).toString();
  }

  private static OptionalLong read(ValueNames names, String text) {
    if (!names.bits()) {
      return names.valueOf(text);
    }
    long bits = 0;
    for (String name : text.split("\\|", -1)) {
      OptionalLong bit = names.valueOf(name);
      if (bit.isEmpty()) {
        return bit;
      }
      bits |= bit.getAsLong();
    }
    return OptionalLong.of(bits);
  }

  private static OptionalLong filetime(String text) {
    try {
      return FileTime.of(Instant.parse(text));
    } catch (DateTimeException | ArithmeticException e) {
      return OptionalLong.empty();
    }
  }
}
